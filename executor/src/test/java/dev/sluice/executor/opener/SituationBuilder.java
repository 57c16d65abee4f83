package dev.sluice.executor.opener;

import dev.sluice.executor.api.TaskReport;

/** A situation in which nothing is to be done, varied by the methods. */
final class SituationBuilder {
  static final long NOW = 1_000_000;

  private Phase phase = Phase.READING;
  private int inFlight;
  private boolean draining;
  private boolean sourcesKnown = true;
  private boolean boundedReady;
  private boolean unboundedReady;
  private long advance;
  private boolean moved;
  private boolean boundedEnded;
  private boolean allEnded;
  private boolean unsealed;
  private long nextWakeUp = TaskReport.NO_WAKE_UP;
  private boolean withheld;
  private boolean allAtMax;
  private int rounds;
  private int fruitless;
  private long lastTime = NOW - 10;
  private long nanosSinceOpened = 1_000_000_000;
  private boolean resumed;
  private long sinkWakeUp = TaskReport.NO_WAKE_UP;
  private Situation.Checkpoint checkpoint = Situation.Checkpoint.NONE;

  static SituationBuilder idle() {
    return new SituationBuilder();
  }

  SituationBuilder phase(Phase value) {
    phase = value;
    return this;
  }

  SituationBuilder inFlight(int value) {
    inFlight = value;
    return this;
  }

  SituationBuilder draining() {
    draining = true;
    return this;
  }

  SituationBuilder sourcesUnknown() {
    sourcesKnown = false;
    return this;
  }

  SituationBuilder boundedReady() {
    boundedReady = true;
    return this;
  }

  SituationBuilder unboundedReady() {
    unboundedReady = true;
    return this;
  }

  SituationBuilder advance(long millis) {
    advance = millis;
    return this;
  }

  SituationBuilder moved() {
    moved = true;
    return this;
  }

  SituationBuilder boundedEnded() {
    boundedEnded = true;
    return this;
  }

  SituationBuilder allEnded() {
    allEnded = true;
    boundedEnded = true;
    return this;
  }

  SituationBuilder unsealed() {
    unsealed = true;
    return this;
  }

  SituationBuilder wakeUp(long time) {
    nextWakeUp = time;
    return this;
  }

  SituationBuilder withheld() {
    withheld = true;
    return this;
  }

  SituationBuilder allAtMax() {
    allAtMax = true;
    return this;
  }

  SituationBuilder rounds(int value) {
    rounds = value;
    return this;
  }

  SituationBuilder fruitless(int value) {
    fruitless = value;
    return this;
  }

  SituationBuilder nanosSinceOpened(long value) {
    nanosSinceOpened = value;
    return this;
  }

  SituationBuilder resumed() {
    resumed = true;
    return this;
  }

  SituationBuilder sinkWakeUp(long time) {
    sinkWakeUp = time;
    wakeUp(time);
    return this;
  }

  SituationBuilder checkpoint(boolean underWay, boolean current, long nanosUntilDue) {
    checkpoint = new Situation.Checkpoint(true, underWay, current, 0, false, nanosUntilDue);
    return this;
  }

  /** The same with checkpoints that were given up, and batches that wait for another. */
  SituationBuilder checkpoint(int failures, boolean uncovered) {
    checkpoint =
        new Situation.Checkpoint(
            true, false, true, failures, uncovered, checkpoint.nanosUntilDue());
    return this;
  }

  Situation build() {
    return new Situation(
        phase,
        inFlight,
        draining,
        sourcesKnown,
        new Situation.Sources(
            boundedReady, 0, unboundedReady, advance, moved, boundedEnded, allEnded, unsealed),
        resumed,
        nextWakeUp,
        sinkWakeUp,
        withheld,
        allAtMax,
        rounds,
        fruitless,
        lastTime,
        NOW,
        nanosSinceOpened,
        checkpoint);
  }
}
