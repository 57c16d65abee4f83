package dev.sluice.executor.opener;

import dev.sluice.executor.api.BatchKind;

/** What the opener shall do next. */
sealed interface Decision {
  /** Nothing until something is reported. */
  record Await() implements Decision {}

  /** Nothing until something is reported or {@code nanos} have passed. */
  record Wait(long nanos) implements Decision {}

  /** The job has reached its end. */
  record Finish() implements Decision {}

  /** The job has reached its end, but the checkpoint that should cover everything failed. */
  record NotCovered() implements Decision {}

  /** The job cannot reach its end. */
  record GiveUp() implements Decision {}

  /**
   * Open a batch.
   *
   * @param kind what it is for
   * @param time its processing time
   * @param seal whether ended sources seal the end
   * @param release whether withheld watermarks are released
   * @param readBounded whether bounded sources are read
   * @param readUnbounded whether unbounded sources are read
   * @param forWakeUp whether it is opened for wake-ups alone
   * @param checkpoint whether a checkpoint is taken after it
   * @param phase where the job is from now on
   */
  record Open(
      BatchKind kind,
      long time,
      boolean seal,
      boolean release,
      boolean readBounded,
      boolean readUnbounded,
      boolean forWakeUp,
      boolean checkpoint,
      Phase phase)
      implements Decision {
    Open marked() {
      return new Open(
          kind, time, seal, release, readBounded, readUnbounded, forWakeUp, true, phase);
    }
  }
}
