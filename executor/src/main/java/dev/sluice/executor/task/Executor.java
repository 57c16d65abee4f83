package dev.sluice.executor.task;

import dev.sluice.executor.api.TaskFailure;
import dev.sluice.executor.common.Mailbox;
import dev.sluice.executor.transport.Address;
import dev.sluice.executor.transport.ToCoordinator;
import dev.sluice.executor.transport.ToExecutor;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the partitions that it owns. A state machine that only dispatches: what follows from an
 * event is decided by the {@link LocalJob} that it is about. One thread at a time owns it;
 * everything comes through its mailbox.
 *
 * <pre>
 *   OpenBatch ─┐                                  ┌─▶ StageReleased to others
 *              ├─▶ BatchTable: ready? ─▶ RunQueue ─▶ a thread runs the PartitionSlot ─▶ UnitDone ─┤
 *   StageReleased ┘                               └─▶ SourcesSeen, BatchReleased to the opener
 * </pre>
 */
public final class Executor {
  private static final Logger LOG = LoggerFactory.getLogger(Executor.class);

  private final ExecutorWorld world;
  private final Mailbox<ExecutorEvent> mailbox;
  private final Map<String, LocalJob> jobs = new TreeMap<>();

  /** Without jobs yet. */
  public Executor(ExecutorWorld world) {
    this.world = world;
    this.mailbox = world.mailboxes().create("executor " + world.id(), this::handle);
  }

  /** Takes a message; any thread. */
  public void receive(ToExecutor message) {
    mailbox.post(new ExecutorEvent.Received(message));
  }

  /** Tells {@code to} what is here, in its turn; any thread. */
  public void inspect(Consumer<ExecutorSnapshot> to) {
    mailbox.post(new ExecutorEvent.Inspect(to));
  }

  /** What is here; only for the thread that owns this, as in a simulation. */
  public ExecutorSnapshot snapshot() {
    return new ExecutorSnapshot(
        world.id(), jobs.values().stream().map(LocalJob::snapshot).toList());
  }

  private void handle(ExecutorEvent event) {
    if (event instanceof ExecutorEvent.UnitDone done) {
      LocalJob job = done.unit().job;
      guarded(job.plan().jobId(), () -> job.done(done.unit()));
      if (job.isClosed()) {
        jobs.remove(job.plan().jobId());
      }
    } else if (event instanceof ExecutorEvent.Received received) {
      guarded(received.message().jobId(), () -> handle(received.message()));
    } else if (event instanceof ExecutorEvent.LookAtSources look) {
      guarded(look.job().plan().jobId(), look.job()::lookAtSources);
    } else if (event instanceof ExecutorEvent.Inspect inspect) {
      inspect.to().accept(snapshot());
    } else if (event instanceof ExecutorEvent.Insist insist) {
      guarded(insist.job().plan().jobId(), insist.job()::insist);
    }
  }

  private void handle(ToExecutor message) {
    if (message instanceof ToExecutor.StartJob start) {
      LocalJob started = new LocalJob(world, mailbox::post, start.plan());
      jobs.put(start.jobId(), started);
      started.start();
      return;
    }
    LocalJob job = jobs.get(message.jobId());
    if (job == null) {
      unknown(message);
    } else if (message instanceof ToExecutor.InEpoch inEpoch) {
      job.received(inEpoch);
    } else if (message instanceof ToExecutor.Fence fence) {
      job.fence(fence);
    } else if (message instanceof ToExecutor.BeginEpoch begin) {
      job.begin(begin);
    } else if (message instanceof ToExecutor.StopJob stop) {
      job.stop(stop.abort(), stop.acknowledge());
    }
  }

  /** A message for a job that has ended here, or never began. */
  private void unknown(ToExecutor message) {
    LocalEpoch.drop(message);
    if (message instanceof ToExecutor.StopJob) {
      world
          .transport()
          .send(
              new Address(world.id()),
              Address.COORDINATOR,
              new ToCoordinator.JobStopped(message.jobId(), world.id()));
    }
  }

  /** An error of the engine itself fails the job that it happened in. */
  private void guarded(String jobId, Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | Error e) {
      LOG.error("executor {} cannot go on with job {}", world.id(), jobId, e);
      world
          .transport()
          .send(
              new Address(world.id()),
              Address.COORDINATOR,
              new ToCoordinator.JobFailed(jobId, new TaskFailure("executor", -1, -1, e)));
    }
  }
}
