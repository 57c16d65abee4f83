package dev.sluice.runner.submit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.beam.sdk.fn.JvmInitializers;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.SdkHarnessOptions;
import org.apache.beam.sdk.options.SdkHarnessOptions.LogLevel;

/**
 * What Beam promises to user code about the process it runs in: JVM initializers have run, and
 * loggers of {@code java.util.logging} have the levels that {@link SdkHarnessOptions} ask for.
 * Closing it gives the loggers their levels back, where nobody else has changed them since.
 *
 * <p>Log levels belong to the process: of two pipelines that run at once in one JVM, the later
 * one's levels hold for both.
 */
public final class Surroundings implements AutoCloseable {
  private static final AtomicBoolean STARTED = new AtomicBoolean();

  /** Strong references: the log manager holds loggers only weakly, and with them their levels. */
  private final List<ChangedLogger> changed = new ArrayList<>();

  private record ChangedLogger(Logger logger, Level before, Level after) {}

  private Surroundings(SdkHarnessOptions options) {
    // The option's default is not a wish: a log configuration of the user's own stays as it is.
    if (options.getDefaultSdkHarnessLogLevel() != LogLevel.INFO) {
      change("", options.getDefaultSdkHarnessLogLevel());
    }
    Map<String, LogLevel> overrides = options.getSdkHarnessLogLevelOverrides();
    if (overrides != null) {
      new TreeMap<>(overrides).forEach(this::change);
    }
  }

  /** Prepares this process for a pipeline with these options. */
  public static Surroundings prepare(PipelineOptions options) {
    if (STARTED.compareAndSet(false, true)) {
      JvmInitializers.runOnStartup();
    }
    JvmInitializers.runBeforeProcessing(options);
    return new Surroundings(options.as(SdkHarnessOptions.class));
  }

  private void change(String name, LogLevel level) {
    Logger logger = Logger.getLogger(name);
    Level after = LogLevel.LEVEL_CONFIGURATION.get(level);
    changed.add(new ChangedLogger(logger, logger.getLevel(), after));
    logger.setLevel(after);
  }

  @Override
  public void close() {
    for (ChangedLogger change : changed) {
      if (change.after().equals(change.logger().getLevel())) {
        change.logger().setLevel(change.before());
      }
    }
  }
}
