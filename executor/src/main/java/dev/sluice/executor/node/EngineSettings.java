package dev.sluice.executor.node;

import java.nio.file.Path;

/**
 * How an embedded engine is made.
 *
 * @param executors how many executors, at least 1; more than one are of use in tests
 * @param slots how many threads of an executor compute at a time
 * @param maxSlots how many threads of an executor there may be when some merely wait
 * @param spillDirectory in which each engine makes a directory of its own, when blocks do not fit
 *     into memory
 */
public record EngineSettings(int executors, int slots, int maxSlots, Path spillDirectory) {
  /** Checks. */
  public EngineSettings {
    if (executors < 1 || slots < 1 || maxSlots < slots) {
      throw new IllegalArgumentException(
          "an engine needs executors and slots: "
              + executors
              + " executors, "
              + slots
              + " slots, at most "
              + maxSlots);
    }
  }

  /** One executor with a slot per core; spills to the directory for temporary files. */
  public static EngineSettings defaults() {
    int cores = Runtime.getRuntime().availableProcessors();
    return new EngineSettings(
        1, cores, Math.max(256, cores), Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** The same with other slots. */
  public EngineSettings withSlots(int other) {
    return new EngineSettings(executors, other, Math.max(other, maxSlots), spillDirectory);
  }

  /** The same with another number of executors. */
  public EngineSettings withExecutors(int other) {
    return new EngineSettings(other, slots, maxSlots, spillDirectory);
  }

  /** The same with another directory to spill to. */
  public EngineSettings withSpillDirectory(Path other) {
    return new EngineSettings(executors, slots, maxSlots, other);
  }
}
