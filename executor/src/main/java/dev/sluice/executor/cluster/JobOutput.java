package dev.sluice.executor.cluster;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;

/**
 * What a process prints, passed on as it is; whole lines of a job's code are remembered for its
 * clients. Each thread's lines are put together apart, so that jobs do not mix.
 */
final class JobOutput extends OutputStream {
  private static final int MAX_LINE = 8_000;

  private final OutputStream out;
  private static final ThreadLocal<ByteArrayOutputStream> LINES =
      ThreadLocal.withInitial(ByteArrayOutputStream::new);

  JobOutput(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
    JobClassLoader job = JobLogHandler.currentJob();
    if (job == null) {
      return;
    }
    ByteArrayOutputStream line = LINES.get();
    for (int i = offset; i < offset + length; i++) {
      if (bytes[i] == '\n' || line.size() > MAX_LINE) {
        job.log().add(line.toString(Charset.defaultCharset()).stripTrailing());
        line.reset();
      }
      if (bytes[i] != '\n') {
        line.write(bytes[i]);
      }
    }
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }
}
