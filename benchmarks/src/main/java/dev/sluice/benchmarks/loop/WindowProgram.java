package dev.sluice.benchmarks.loop;

import dev.sluice.benchmarks.workload.Job;

/**
 * A streaming workload, cut at the ends of tumbling windows.
 *
 * @param <W> what is known of one such window
 */
interface WindowProgram<W> {
  /** The window of these lines' numbers, all of it; called by many threads at once. */
  W window(long windowBegin, long from, long to);

  /** Windows in order; called by one thread at a time. */
  void finish(long windowBegin, W window);

  /** After the last one. */
  default void end() {}

  /** The program of a job. */
  static WindowProgram<?> of(Job job) {
    return switch (job.workload()) {
      case GREP -> new Grep(job);
      case WORD_COUNT -> new WordCount(job);
      case TOP -> new Top(job);
      case SLIDING_60, SLIDING_600 -> new SlidingCount(job);
      case KEYED_STATE, LATENCY_50K, LATENCY_200K -> new KeyCount(job);
      case SESSIONS -> new Sessions(job);
      case SIDE_INPUT -> new WithoutSpam(job);
      case CO_GROUP -> new Join(job);
      case FILE_WORD_COUNT, GROUP_BY_KEY ->
          throw new IllegalArgumentException(job.workload() + " is no stream");
    };
  }
}
