package dev.sluice.translation.source;

import dev.sluice.executor.api.ProcessorContext;
import dev.sluice.executor.api.SourceProgram;
import dev.sluice.executor.api.SourceReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.testing.TestStream.TestStreamCoder;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.values.WindowedValue;

/**
 * Plays a {@link TestStream}: one event is one batch, however many elements it has, since a test
 * means them to arrive together; the quota of records does not apply.
 *
 * <p>It counts as unbounded, for when the script moves the watermark to infinity, infinity is meant
 * there and then and is not to wait until the job has settled. A script that ends without it (the
 * builder makes none) ends the source nevertheless: its watermark stays, and goes to the end with
 * the job, which is what Beam's direct runner makes of it, too.
 */
public final class TestStreamProgram implements SourceProgram {
  private static final long serialVersionUID = 1;

  private final Coder<?> coder;
  private final byte[] script;

  private TestStreamProgram(Coder<?> coder, byte[] script) {
    this.coder = coder;
    this.script = script;
  }

  /**
   * Makes the program of a stream; its events are encoded, since they are not serializable.
   *
   * @throws CoderException if an element cannot be encoded
   */
  public static <T> TestStreamProgram of(TestStream<T> stream) throws CoderException {
    byte[] script =
        CoderUtils.encodeToByteArray(TestStreamCoder.of(stream.getValueCoder()), stream);
    return new TestStreamProgram(stream.getValueCoder(), script);
  }

  @Override
  public int splits() {
    return 1;
  }

  @Override
  public boolean unbounded() {
    return true;
  }

  @Override
  public boolean repeatable() {
    return true;
  }

  @Override
  public SourceReader open(ProcessorContext context, byte[] mark) throws Exception {
    int played = mark == null ? 0 : ByteBuffer.wrap(mark).getInt();
    return reader(coder, played);
  }

  @Override
  @SuppressWarnings("unchecked") // the records are the stream's
  public void measure(Object record, OutputStream out) throws IOException {
    ((Coder<Object>) coder).encode(((WindowedValue<?>) record).getValue(), out);
  }

  private <T> SourceReader reader(Coder<T> valueCoder, int played) throws Exception {
    TestStream<T> stream = TestStreamCoder.of(valueCoder).decode(new ByteArrayInputStream(script));
    return new TestStreamReader<>(stream.getEvents(), played);
  }
}
