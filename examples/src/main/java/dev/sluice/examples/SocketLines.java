package dev.sluice.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Instant;

/**
 * The lines that a TCP server sends, in UTF-8, each with the time of its arrival; the stream ends
 * when the server closes the connection. A socket remembers nothing: lines that were sent while
 * nobody was connected are gone, and no line comes twice.
 */
final class SocketLines extends UnboundedSource<String, SocketLines.Nothing> {
  private static final long serialVersionUID = 1;

  private final String host;
  private final int port;

  SocketLines(String host, int port) {
    this.host = host;
    this.port = port;
  }

  /** There is nothing to go back to. */
  record Nothing() implements CheckpointMark, Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public void finalizeCheckpoint() {}
  }

  @Override
  public List<SocketLines> split(int desired, PipelineOptions options) {
    return List.of(this); // one server, one connection
  }

  @Override
  public UnboundedReader<String> createReader(PipelineOptions options, Nothing mark) {
    return new Reader(this);
  }

  @Override
  public Coder<Nothing> getCheckpointMarkCoder() {
    return SerializableCoder.of(Nothing.class);
  }

  @Override
  public Coder<String> getOutputCoder() {
    return StringUtf8Coder.of();
  }

  @Override
  public String toString() {
    return "lines from " + host + ":" + port;
  }

  /** Never waits for the server: {@link #advance} gives what has arrived. */
  private static final class Reader extends UnboundedReader<String> {
    private final SocketLines source;
    private final ByteBuffer arrived = ByteBuffer.allocate(1 << 16).limit(0);
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private SocketChannel channel;
    private String current;
    private Instant currentTime;

    /** The latest time told, of a line or of the watermark: none after it may be earlier. */
    private Instant latest = BoundedWindow.TIMESTAMP_MIN_VALUE;

    private boolean ended;

    Reader(SocketLines source) {
      this.source = source;
    }

    @Override
    public boolean start() throws IOException {
      try {
        channel = SocketChannel.open(new InetSocketAddress(source.host, source.port));
      } catch (IOException e) {
        throw new IOException("cannot connect to " + source.host + ":" + source.port, e);
      }
      channel.configureBlocking(false);
      return advance();
    }

    @Override
    public boolean advance() throws IOException {
      do {
        while (arrived.hasRemaining()) {
          byte next = arrived.get();
          if (next == '\n') {
            return takeLine();
          }
          line.write(next);
        }
      } while (receive());
      if (ended && line.size() > 0) {
        return takeLine();
      }
      current = null;
      return false;
    }

    private boolean receive() throws IOException {
      if (ended) {
        return false;
      }
      arrived.clear();
      int count = channel.read(arrived);
      arrived.flip();
      ended = count < 0;
      return count > 0;
    }

    private boolean takeLine() {
      current = line.toString(UTF_8);
      line.reset();
      currentTime = tellTime();
      return true;
    }

    /** The clock's time, but never an earlier one than before. */
    private Instant tellTime() {
      Instant now = Instant.now();
      latest = now.isAfter(latest) ? now : latest;
      return latest;
    }

    @Override
    public String getCurrent() {
      if (current == null) {
        throw new NoSuchElementException("no line has arrived");
      }
      return current;
    }

    @Override
    public Instant getCurrentTimestamp() {
      getCurrent();
      return currentTime;
    }

    @Override
    public Instant getWatermark() {
      if (ended && !arrived.hasRemaining() && line.size() == 0) {
        return BoundedWindow.TIMESTAMP_MAX_VALUE;
      }
      return tellTime();
    }

    @Override
    public Nothing getCheckpointMark() {
      return new Nothing();
    }

    @Override
    public SocketLines getCurrentSource() {
      return source;
    }

    @Override
    public void close() throws IOException {
      if (channel != null) {
        channel.close();
      }
    }
  }
}
