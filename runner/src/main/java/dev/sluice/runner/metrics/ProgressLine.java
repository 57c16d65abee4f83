package dev.sluice.runner.metrics;

import dev.sluice.executor.api.JobProgress;
import dev.sluice.executor.api.Watermarks;
import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/**
 * How far a job is, in one line on a terminal that is written over again and erased at the end; or,
 * where the output is no terminal, as plain lines now and then. A job that ends before the first
 * {@link #interval} shows nothing.
 *
 * <p>Used by one thread.
 */
public final class ProgressLine {
  private static final String ERASE = "\r\u001b[2K";
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final PrintStream out;
  private final boolean terminal;
  private long shownAt;
  private long recordsShown;
  private boolean shown;

  /**
   * A line for a job that begins now.
   *
   * @param out where to
   * @param terminal whether it can be written over
   * @param nanoTime the time now, as {@link System#nanoTime}
   */
  public ProgressLine(PrintStream out, boolean terminal, long nanoTime) {
    this.out = out;
    this.terminal = terminal;
    this.shownAt = nanoTime;
  }

  /** A line on standard error for a job that begins now. */
  public static ProgressLine onStandardError() {
    return new ProgressLine(System.err, isTerminal(), System.nanoTime());
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
    return terminal ? Duration.ofSeconds(1) : Duration.ofSeconds(10);
  }

  /** Shows the state now. */
  public void show(JobProgress progress, long nanoTime) {
    double seconds = Math.max(1, nanoTime - shownAt) / (double) NANOS_PER_SECOND;
    String line = line(progress, (progress.recordsRead() - recordsShown) / seconds);
    shownAt = nanoTime;
    recordsShown = progress.recordsRead();
    if (terminal) {
      // The cursor goes back to the left, so that what the pipeline prints begins a line.
      out.print(ERASE + line + "\r");
      out.flush();
      shown = true;
    } else {
      out.println(line);
    }
  }

  /** Leaves the terminal as it was. */
  public void erase() {
    if (shown) {
      out.print(ERASE);
      out.flush();
      shown = false;
    }
  }

  private static String line(JobProgress progress, double recordsPerSecond) {
    return "batch "
        + (progress.committed() + 1)
        + ", "
        + count(progress.recordsRead())
        + " records, "
        + count(recordsPerSecond)
        + "/s, "
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
    return number < 1_000_000
        ? String.format(Locale.ROOT, "%.1f k", number / 1e3)
        : String.format(Locale.ROOT, "%.1f M", number / 1e6);
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
