package dev.sluice.cli;

import dev.sluice.executor.cluster.JobLogHandler;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.logging.LogManager;

/** What coordinators and executors have in common as processes: logging, and how they end. */
final class ServerProcess {
  private ServerProcess() {}

  /** Makes this process log, and lets log lines of jobs' code go to their clients. */
  static void logging() throws IOException {
    if (System.getProperty("java.util.logging.config.file") == null) {
      try (InputStream standard = Sluice.class.getResourceAsStream("logging.properties")) {
        LogManager.getLogManager().readConfiguration(standard);
      }
    }
    JobLogHandler.install();
  }

  /** Closes a node when the JVM is told to stop. */
  static void closeOnShutdown(AutoCloseable node) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    node.close();
                  } catch (Exception e) {
                    System.err.println("sluice: could not be closed in good order: " + e);
                  }
                },
                "sluice-shutdown"));
  }

  /**
   * Ends this JVM when the process that has started it is gone: it holds the other end of stdin.
   */
  static void endWithStandardInput() {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // only its end matters
                }
              } catch (IOException e) {
                // that is an end, too
              }
              System.exit(ExitCode.DONE.code());
            },
            "sluice-stdin");
    thread.setDaemon(true);
    thread.start();
  }

  /** Waits until the JVM is told to stop. */
  static int awaitShutdown() throws InterruptedException {
    new CountDownLatch(1).await();
    return ExitCode.DONE.code();
  }

  /** Where files are kept unless an option says otherwise. */
  static Path scratch(Path chosen, String name) {
    return chosen != null
        ? chosen
        : Path.of(
            System.getProperty("java.io.tmpdir"),
            "sluice-" + System.getProperty("user.name"),
            name);
  }
}
