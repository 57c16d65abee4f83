package dev.sluice.executor.opener;

/**
 * All that the opening of a batch depends on.
 *
 * @param phase where the job is
 * @param inFlight how many batches are open and not committed
 * @param draining whether unbounded sources have been stopped
 * @param sourcesKnown whether all sources have been looked at since the last opened batch read them
 * @param sources what was seen
 * @param nextWakeUp the least wake-up after the last committed batch
 * @param withheld whether an output watermark was withheld in the last committed batch
 * @param allAtMax whether all output watermarks were at the end after the last committed batch
 * @param rounds how many batches in a row were opened for wake-ups alone
 * @param fruitless how many batches in a row were opened to end the job without an output reaching
 *     the end
 * @param lastTime processing time of the last opened batch
 * @param wallTime the clock, milliseconds since the epoch
 * @param nanosSinceOpened since the last batch was opened
 */
record Situation(
    Phase phase,
    int inFlight,
    boolean draining,
    boolean sourcesKnown,
    Sources sources,
    long nextWakeUp,
    boolean withheld,
    boolean allAtMax,
    int rounds,
    int fruitless,
    long lastTime,
    long wallTime,
    long nanosSinceOpened) {

  /**
   * What all executors see of the sources.
   *
   * @param boundedReady whether a bounded source has something to read
   * @param boundedAdvance sum of the clock advances of these
   * @param unboundedReady whether an unbounded source has something to read
   * @param unboundedAdvance sum of the clock advances of these
   * @param moved whether a watermark has moved
   * @param boundedEnded whether all bounded sources have ended
   * @param allEnded whether all sources have ended, or been stopped
   * @param unsealed whether a source has ended that has not been told to seal the end
   */
  record Sources(
      boolean boundedReady,
      long boundedAdvance,
      boolean unboundedReady,
      long unboundedAdvance,
      boolean moved,
      boolean boundedEnded,
      boolean allEnded,
      boolean unsealed) {}
}
