package dev.sluice.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/**
 * Serves made-up messages with hashtags, a line each, to whoever connects on this host. Some
 * hashtags are much more frequent than others, as in life.
 */
public final class HashtagGenerator implements AutoCloseable {
  private static final List<String> HASHTAGS =
      List.of(
          "#beam",
          "#java",
          "#streams",
          "#batch",
          "#sluice",
          "#data",
          "#window",
          "#watermark",
          "#trigger",
          "#shuffle",
          "#state",
          "#timer",
          "#source",
          "#sink",
          "#runner",
          "#latency",
          "#opensource",
          "#coffee",
          "#monday",
          "#weather");
  private static final List<String> WORDS =
      List.of(
          "today", "we", "talk", "about", "late", "data", "and", "how", "it", "gets", "home", "in",
          "time", "with", "a", "little", "help");
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final ServerSocket server;
  private final int linesPerSecond;
  private final Thread thread;
  private volatile boolean closed;

  private HashtagGenerator(ServerSocket server, int linesPerSecond) {
    this.server = server;
    this.linesPerSecond = linesPerSecond;
    this.thread = new Thread(this::serve, "hashtag-generator");
  }

  /**
   * Starts serving.
   *
   * @param port where, on this host only; 0 for any that is free
   * @param linesPerSecond how many lines to send per second and connection
   */
  public static HashtagGenerator start(int port, int linesPerSecond) throws IOException {
    ServerSocket server = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    HashtagGenerator generator = new HashtagGenerator(server, linesPerSecond);
    generator.thread.setDaemon(true);
    generator.thread.start();
    return generator;
  }

  /** Serves until the process is stopped, on the port and at the rate that the arguments say. */
  public static void main(String[] args) throws Exception {
    Hashtags.Options options =
        PipelineOptionsFactory.fromArgs(args).withValidation().as(Hashtags.Options.class);
    try (HashtagGenerator generator = start(options.getPort(), options.getRate())) {
      System.out.println("Serving hashtags on port " + generator.port());
      generator.thread.join();
    }
  }

  /** Where it serves. */
  public int port() {
    return server.getLocalPort();
  }

  private void serve() {
    while (!closed) {
      try (Socket client = server.accept();
          Writer out =
              new BufferedWriter(new OutputStreamWriter(client.getOutputStream(), UTF_8))) {
        send(out);
      } catch (IOException e) {
        // The reader has gone, or this has been closed: the loop knows which.
      }
    }
  }

  private void send(Writer out) throws IOException {
    Random random = new Random(1);
    long begin = System.nanoTime();
    for (long sent = 0; !closed; ) {
      long due = (System.nanoTime() - begin) * linesPerSecond / NANOS_PER_SECOND;
      for (; sent < due; sent++) {
        out.write(message(random));
      }
      out.flush();
      LockSupport.parkNanos(NANOS_PER_SECOND / 1000);
    }
  }

  private static String message(Random random) {
    StringBuilder message = new StringBuilder();
    int words = 3 + random.nextInt(6);
    for (int i = 0; i < words; i++) {
      message.append(WORDS.get(random.nextInt(WORDS.size()))).append(' ');
    }
    int hashtags = 1 + random.nextInt(2);
    for (int i = 0; i < hashtags; i++) {
      // the product of two evenly drawn numbers is small more often than large
      double rank = random.nextDouble() * random.nextDouble();
      message.append(HASHTAGS.get((int) (rank * HASHTAGS.size()))).append(' ');
    }
    return message.append('\n').toString();
  }

  /** Stops serving; a connected reader sees the end of the stream. */
  @Override
  public void close() throws IOException {
    closed = true;
    server.close();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
