package dev.sluice.executor.task;

/**
 * The units of a job that wait for a thread or run. Owned by the executor.
 *
 * <p>Invariant: a unit is in the run queue or runs exactly if it is busy, and these are counted.
 */
final class JobUnits {
  private final ExecutorWorld world;
  private final RunQueue.JobQueue queue;
  private int busy;

  JobUnits(ExecutorWorld world) {
    this.world = world;
    this.queue = world.queue().join();
  }

  /** Lets a unit run. */
  void enqueue(Unit unit) {
    assert !unit.busy : unit + " is queued twice";
    unit.busy = true;
    busy++;
    world.queue().add(queue, unit);
    world.pool().offered(unit.isLight());
  }

  /** A unit has run. */
  void done(Unit unit) {
    idle(unit);
    world.queue().used(queue, unit.nanos);
  }

  /** Takes back the units that no thread has taken. */
  Iterable<Unit> takeBack() {
    Iterable<Unit> units = world.queue().clear(queue);
    units.forEach(this::idle);
    return units;
  }

  private void idle(Unit unit) {
    assert unit.busy : unit + " was not busy";
    unit.busy = false;
    busy--;
  }

  int busy() {
    return busy;
  }

  /** The job is over. */
  void leave() {
    world.queue().leave(queue);
  }
}
