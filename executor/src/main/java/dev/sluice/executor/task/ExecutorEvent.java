package dev.sluice.executor.task;

import dev.sluice.executor.transport.ToExecutor;
import java.util.function.Consumer;

/** What happens to an executor. */
sealed interface ExecutorEvent {
  /** A message came. */
  record Received(ToExecutor message) implements ExecutorEvent {}

  /** A unit has run. Made once per unit. */
  record UnitDone(Unit unit) implements ExecutorEvent {}

  /** It is time to look at idle sources. */
  record LookAtSources(LocalJob job) implements ExecutorEvent {}

  /** A job that was aborted still runs: its threads are to be interrupted. */
  record Insist(LocalJob job) implements ExecutorEvent {}

  /** Somebody wants to know what is there. */
  record Inspect(Consumer<ExecutorSnapshot> to) implements ExecutorEvent {}
}
