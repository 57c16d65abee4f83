package dev.sluice.executor.opener;

/**
 * All that the opening of a batch depends on.
 *
 * @param phase where the job is
 * @param inFlight how many batches are open and not committed
 * @param draining whether unbounded sources have been stopped
 * @param sourcesKnown whether all sources have been looked at since the last opened batch read them
 * @param sources what was seen
 * @param resumed whether the job resumes from a checkpoint and has not opened a batch since
 * @param nextWakeUp the least wake-up after the last committed batch
 * @param sinkWakeUp the same of stages without outputs
 * @param withheld whether an output watermark was withheld in the last committed batch
 * @param allAtMax whether all output watermarks were at the end after the last committed batch
 * @param rounds how many batches in a row were opened for wake-ups alone
 * @param fruitless how many batches in a row were opened to end the job without an output reaching
 *     the end
 * @param lastTime processing time of the last opened batch
 * @param wallTime the clock, milliseconds since the epoch
 * @param nanosSinceOpened since the last batch was opened
 * @param checkpoint how far the next checkpoint is
 */
record Situation(
    Phase phase,
    int inFlight,
    boolean draining,
    boolean sourcesKnown,
    Sources sources,
    boolean resumed,
    long nextWakeUp,
    long sinkWakeUp,
    boolean withheld,
    boolean allAtMax,
    int rounds,
    int fruitless,
    long lastTime,
    long wallTime,
    long nanosSinceOpened,
    Checkpoint checkpoint) {

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

  /**
   * How far the next checkpoint is.
   *
   * @param enabled whether there are checkpoints at all
   * @param underWay whether one is being taken
   * @param current whether the last opened batch is marked: there is nothing new
   * @param failures how many in a row were given up
   * @param uncovered whether a batch waits to be acknowledged until another checkpoint covers it
   * @param nanosUntilDue when the next is due; {@link Long#MAX_VALUE} for never
   */
  record Checkpoint(
      boolean enabled,
      boolean underWay,
      boolean current,
      int failures,
      boolean uncovered,
      long nanosUntilDue) {
    /** No checkpoints. */
    static final Checkpoint NONE = new Checkpoint(false, false, false, 0, false, Long.MAX_VALUE);

    /** Whether the next batch is to be marked, and one to be opened for that. */
    boolean isDue() {
      return nanosToWait() <= 0;
    }

    /** How long nothing needs to be opened for its sake. */
    long nanosToWait() {
      boolean wanted = enabled && !underWay && (!current || failures > 0 || uncovered);
      return wanted ? nanosUntilDue : Long.MAX_VALUE;
    }
  }
}
