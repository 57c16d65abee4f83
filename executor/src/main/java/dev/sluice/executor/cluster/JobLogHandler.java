package dev.sluice.executor.cluster;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.text.MessageFormat;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Finds out which job a log record is of, by the context class loader of the thread that logs, and
 * remembers its line for the job's clients. For processes of the cluster whose logging is {@code
 * java.util.logging}, where SLF4J leads, too; it leaves all other handlers alone.
 */
public final class JobLogHandler extends Handler {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

  private JobLogHandler() {}

  /**
   * Adds one to the root logger of this process; what jobs' code prints is remembered, too, and
   * printed as before.
   */
  public static void install() {
    Logger.getLogger("").addHandler(new JobLogHandler());
    System.setOut(new PrintStream(new JobOutput(System.out), true, Charset.defaultCharset()));
  }

  @Override
  public void publish(LogRecord record) {
    if (!isLoggable(record)) {
      return;
    }
    JobClassLoader job = currentJob();
    if (job != null) {
      job.log().add(line(record));
    }
  }

  /** The job whose code the current thread runs; null for none. */
  static JobClassLoader currentJob() {
    return jobOf(Thread.currentThread().getContextClassLoader());
  }

  private static JobClassLoader jobOf(ClassLoader loader) {
    for (ClassLoader l = loader; l != null; l = l.getParent()) {
      if (l instanceof JobClassLoader job) {
        return job;
      }
    }
    return null;
  }

  private static String line(LogRecord record) {
    StringWriter line = new StringWriter();
    line.append(TIME.format(Instant.ofEpochMilli(record.getMillis())))
        .append(' ')
        .append(record.getLevel().getName())
        .append(' ')
        .append(record.getLoggerName())
        .append(": ")
        .append(message(record));
    if (record.getThrown() != null) {
      line.append('\n');
      record.getThrown().printStackTrace(new PrintWriter(line, true));
    }
    return line.toString().stripTrailing();
  }

  private static String message(LogRecord record) {
    String message = String.valueOf(record.getMessage());
    Object[] parameters = record.getParameters();
    if (parameters == null || parameters.length == 0 || !message.contains("{0")) {
      return message;
    }
    try {
      return MessageFormat.format(message, parameters);
    } catch (IllegalArgumentException e) {
      return message;
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
