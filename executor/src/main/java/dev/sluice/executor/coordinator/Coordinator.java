package dev.sluice.executor.coordinator;

import dev.sluice.executor.api.ClockMode;
import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.JobHandle;
import dev.sluice.executor.api.JobListener;
import dev.sluice.executor.api.JobSettings;
import dev.sluice.executor.api.StageSpec;
import dev.sluice.executor.common.Mailbox;
import dev.sluice.executor.transport.Assignment;
import dev.sluice.executor.transport.JobPlan;
import dev.sluice.executor.transport.ToCoordinator;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Starts jobs, ends them, and tells their clients. A state machine that only dispatches: what
 * follows from an event is decided by the {@link CoordinatedJob} that it is about. One thread at a
 * time owns it; everything comes through its mailbox.
 */
public final class Coordinator {
  private final CoordinatorWorld world;
  private final Mailbox<CoordinatorEvent> mailbox;
  private final Map<String, CoordinatedJob> jobs = new TreeMap<>();

  /** Handles of jobs that have not ended; any thread. */
  private final Map<String, JobHandle> handles = new ConcurrentHashMap<>();

  /** Without jobs yet. */
  public Coordinator(CoordinatorWorld world) {
    this.world = world;
    this.mailbox = world.mailboxes().create("coordinator", this::handle);
  }

  /**
   * Begins a job; any thread.
   *
   * @throws IllegalArgumentException if the job asks for what this version cannot do
   */
  public JobHandle submit(JobStart start, JobGraph graph, JobListener listener) {
    check(graph, start.checkpoints());
    String jobId = start.jobId();
    int[] members = world.executors().get().stream().mapToInt(i -> i).sorted().toArray();
    JobPlan plan =
        new JobPlan(
            jobId,
            start.run(),
            graph,
            assign(graph, members),
            members[Math.floorMod(jobId.hashCode(), members.length)],
            start.checkpoints(),
            start.firstBatch(),
            start.notBefore());
    SubmittedJob handle = new SubmittedJob(plan, start.resumedFrom(), mailbox::post);
    handles.put(jobId, handle);
    mailbox.post(new CoordinatorEvent.Submitted(plan, handle, listener));
    return handle;
  }

  /**
   * A bounded job keeps one copy: its groups may be larger than memory, and it can begin anew. As
   * many columns as the widest stage has partitions let a dead executor's be spread over all.
   */
  private static Assignment assign(JobGraph graph, int[] members) {
    JobSettings settings = graph.settings();
    boolean bounded = settings.clockMode() == ClockMode.JUMPING;
    int replication = bounded ? 1 : settings.replication();
    int widest = members.length;
    for (StageSpec stage : graph.stages()) {
      widest = Math.max(widest, stage.partitions());
    }
    return Assignment.spread(0, members, widest, replication);
  }

  /**
   * Checks whether a job can be run.
   *
   * @param checkpoints whether there is a store for its checkpoints
   * @throws IllegalArgumentException if it asks for what this version cannot do
   */
  public static void check(JobGraph graph, boolean checkpoints) {
    JobSettings settings = graph.settings();
    if (settings.maxTaskRetries() > 0) {
      throw new IllegalArgumentException(
          "maxTaskRetries is "
              + settings.maxTaskRetries()
              + ", but this version cannot try a failed task again: neither its input nor its state is"
              + " kept as it was before; use 0");
    }
    if (settings.acknowledgeOnCheckpoint() && !checkpoints) {
      throw new IllegalArgumentException(
          "batches are to be acknowledged when a checkpoint covers them, but there is no store for"
              + " checkpoints; name one, or acknowledge when batches are committed");
    }
  }

  /** Takes a message; any thread. */
  public void receive(ToCoordinator message) {
    mailbox.post(new CoordinatorEvent.Received(message));
  }

  /** An executor has been declared dead; any thread. */
  public void died(int executor) {
    mailbox.post(new CoordinatorEvent.ExecutorDied(executor));
  }

  /** An executor has joined and is prepared to take part in a job; any thread. */
  public void joined(String jobId, int executor) {
    mailbox.post(new CoordinatorEvent.ExecutorJoined(jobId, executor));
  }

  /** The jobs that have not ended; any thread. */
  public Iterable<JobHandle> running() {
    return handles.values();
  }

  /**
   * Whether all jobs have all the copies that they should; only for the thread that owns this, as
   * in a simulation.
   */
  public boolean isRepaired() {
    return jobs.values().stream().allMatch(CoordinatedJob::isRepaired);
  }

  /** Whether the assignment of a job is being changed; only for the thread that owns this. */
  public boolean isChanging() {
    return jobs.values().stream().anyMatch(CoordinatedJob::isChanging);
  }

  private void handle(CoordinatorEvent event) {
    if (event instanceof CoordinatorEvent.Submitted submitted) {
      String jobId = submitted.plan().jobId();
      CoordinatedJob job =
          new CoordinatedJob(
              submitted.plan(),
              submitted.handle(),
              submitted.listener(),
              world.transport(),
              checkpoint -> settle(jobId, checkpoint));
      jobs.put(jobId, job);
      job.start();
    } else if (event instanceof CoordinatorEvent.Received received) {
      CoordinatedJob job = jobs.get(received.message().jobId());
      if (job != null) {
        job.received(received.message());
        removeIfEnded(received.message().jobId(), job);
      }
    } else if (event instanceof CoordinatorEvent.CheckpointSettled settled) {
      CoordinatedJob job = jobs.get(settled.jobId());
      job.checkpointSettled(settled);
      removeIfEnded(settled.jobId(), job);
    } else if (event instanceof CoordinatorEvent.ExecutorDied died) {
      for (CoordinatedJob job : List.copyOf(jobs.values())) {
        job.died(died.executor());
        removeIfEnded(job.jobId(), job);
      }
    } else if (event instanceof CoordinatorEvent.ExecutorJoined joined) {
      CoordinatedJob job = jobs.get(joined.jobId());
      if (job != null) {
        job.joined(joined.executor());
      }
    } else if (event instanceof CoordinatorEvent.CancelAsked cancel) {
      CoordinatedJob job = jobs.get(cancel.jobId());
      if (job != null) {
        job.cancel();
        removeIfEnded(cancel.jobId(), job);
      }
    } else if (event instanceof CoordinatorEvent.DrainAsked drain) {
      CoordinatedJob job = jobs.get(drain.jobId());
      if (job != null) {
        job.drain();
      }
    }
  }

  private void settle(String jobId, CheckpointProgress checkpoint) {
    world
        .background()
        .execute(
            () -> {
              String name = null;
              Exception error = checkpoint.error();
              try {
                if (error == null) {
                  name = world.checkpoints().commit(jobId, checkpoint.batch());
                } else {
                  world.checkpoints().abort(jobId, checkpoint.batch());
                }
              } catch (Exception e) {
                error = e;
              } catch (Throwable e) {
                // a storage is foreign code; whoever waits for the end of the checkpoint must hear
                error = new IOException("the storage of checkpoints broke down: " + e, e);
              }
              mailbox.post(
                  new CoordinatorEvent.CheckpointSettled(jobId, checkpoint.batch(), name, error));
            });
  }

  private void removeIfEnded(String jobId, CoordinatedJob job) {
    if (job.isEnded()) {
      jobs.remove(jobId);
      handles.remove(jobId);
      world.forget().accept(jobId);
      job.announceEnd();
    }
  }
}
