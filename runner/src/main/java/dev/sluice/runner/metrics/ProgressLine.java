package dev.sluice.runner.metrics;

import dev.sluice.executor.api.JobProgress;
import dev.sluice.executor.api.Watermarks;
import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/**
 * How far a job is, in one line on a {@link Terminal} that is written over again and erased at the
 * end; or, where the output is no terminal, as plain lines now and then. A job that ends before the
 * first {@link #interval} shows nothing.
 *
 * <p>Used by one thread.
 */
public final class ProgressLine implements AutoCloseable {
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final PrintStream out;
  private final Terminal terminal; // null where the output is none
  private long shownAt;
  private long recordsShown;
  private long bytesShown;

  /**
   * A line for a job that begins now.
   *
   * @param out where to, if {@code terminal} is null
   * @param terminal where it can be written over, or null
   * @param nanoTime the time now, as {@link System#nanoTime}
   */
  ProgressLine(PrintStream out, Terminal terminal, long nanoTime) {
    this.out = out;
    this.terminal = terminal;
    this.shownAt = nanoTime;
  }

  /** A line on standard error for a job that begins now. To be closed in any case. */
  public static ProgressLine onStandardError() {
    PrintStream out = System.err;
    return new ProgressLine(out, isTerminal() ? Terminal.share() : null, System.nanoTime());
  }

  /** Whether this process has a terminal. */
  public static boolean isTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      // Since Java 22 there may be a console that is no terminal; this method tells.
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  /** How often to call {@link #show}. */
  public Duration interval() {
    return terminal != null ? Duration.ofSeconds(1) : Duration.ofSeconds(10);
  }

  /** Shows the state now. */
  public void show(JobProgress progress, long nanoTime) {
    double seconds = Math.max(1, nanoTime - shownAt) / (double) NANOS_PER_SECOND;
    String line =
        line(
            progress,
            (progress.recordsRead() - recordsShown) / seconds,
            (progress.bytesRead() - bytesShown) / seconds);
    shownAt = nanoTime;
    recordsShown = progress.recordsRead();
    bytesShown = progress.bytesRead();
    if (terminal != null) {
      terminal.show(line);
    } else {
      out.println(line);
    }
  }

  /** Leaves the terminal as it was. */
  @Override
  public void close() {
    if (terminal != null) {
      terminal.close();
    }
  }

  private static String line(JobProgress progress, double recordsPerSecond, double bytesPerSecond) {
    return "batch "
        + (progress.committed() + 1)
        + ", "
        + count(progress.recordsRead())
        + " records, "
        + count(recordsPerSecond)
        + "/s, "
        + count(bytesPerSecond)
        + (bytesPerSecond < 10_000 ? " B/s, " : "B/s, ")
        + watermark(progress);
  }

  private static String watermark(JobProgress progress) {
    if (progress.minWatermark() == Watermarks.MIN || progress.committed() < 0) {
      return "watermark at the start";
    }
    if (progress.minWatermark() == Watermarks.MAX) {
      return "watermark at the end";
    }
    long lag = Math.max(0, progress.processingTime() - progress.minWatermark());
    return "watermark " + time(lag) + " behind";
  }

  private static String count(double number) {
    if (number < 10_000) {
      return String.format(Locale.ROOT, "%.0f", number);
    }
    if (number < 1e6) {
      return String.format(Locale.ROOT, "%.1f k", number / 1e3);
    }
    return number < 1e10
        ? String.format(Locale.ROOT, "%.1f M", number / 1e6)
        : String.format(Locale.ROOT, "%.1f G", number / 1e9);
  }

  private static String time(long millis) {
    if (millis < 10_000) {
      return millis + " ms";
    }
    Duration duration = Duration.ofMillis(millis);
    if (millis < 600_000) {
      return duration.toSeconds() + " s";
    }
    return duration.toHours() < 48
        ? String.format(Locale.ROOT, "%d:%02d h", duration.toHours(), duration.toMinutesPart())
        : duration.toDays() + " days";
  }
}
