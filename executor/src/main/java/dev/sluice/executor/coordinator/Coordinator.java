package dev.sluice.executor.coordinator;

import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.JobHandle;
import dev.sluice.executor.api.JobListener;
import dev.sluice.executor.common.Mailbox;
import dev.sluice.executor.common.Mailboxes;
import dev.sluice.executor.transport.Assignment;
import dev.sluice.executor.transport.JobPlan;
import dev.sluice.executor.transport.ToCoordinator;
import dev.sluice.executor.transport.Transport;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Starts jobs, ends them, and tells their clients. A state machine that only dispatches: what
 * follows from an event is decided by the {@link CoordinatedJob} that it is about. One thread at a
 * time owns it; everything comes through its mailbox.
 */
public final class Coordinator {
  private final Transport transport;
  private final int executors;
  private final Consumer<String> forget;
  private final Mailbox<CoordinatorEvent> mailbox;
  private final Map<String, CoordinatedJob> jobs = new TreeMap<>();

  /** Handles of jobs that have not ended; any thread. */
  private final Map<String, JobHandle> handles = new ConcurrentHashMap<>();

  /**
   * A coordinator of executors 0 to {@code executors - 1}.
   *
   * @param forget is told the id of each job that has ended, before its client is
   */
  public Coordinator(
      Transport transport, Mailboxes mailboxes, int executors, Consumer<String> forget) {
    this.forget = forget;
    this.transport = transport;
    this.executors = executors;
    this.mailbox = mailboxes.create("coordinator", this::handle);
  }

  /**
   * Begins a job; any thread.
   *
   * @param jobId its id, which no other job has had
   * @throws IllegalArgumentException if the job asks for what this version cannot do
   */
  public JobHandle submit(String jobId, JobGraph graph, JobListener listener) {
    check(graph);
    int opener = Math.floorMod(jobId.hashCode(), executors);
    JobPlan plan = new JobPlan(jobId, 1, graph, Assignment.spread(executors), opener);
    SubmittedJob handle = new SubmittedJob(jobId, mailbox::post);
    handles.put(jobId, handle);
    mailbox.post(new CoordinatorEvent.Submitted(plan, handle, listener));
    return handle;
  }

  /**
   * Checks whether a job can be run.
   *
   * @throws IllegalArgumentException if it asks for what this version cannot do
   */
  public static void check(JobGraph graph) {
    if (graph.settings().maxTaskRetries() > 0) {
      throw new IllegalArgumentException(
          "maxTaskRetries is "
              + graph.settings().maxTaskRetries()
              + ", but this version cannot try a failed task again: its state is not kept; use 0");
    }
  }

  /** Takes a message; any thread. */
  public void receive(ToCoordinator message) {
    mailbox.post(new CoordinatorEvent.Received(message));
  }

  /** The jobs that have not ended; any thread. */
  public Iterable<JobHandle> running() {
    return handles.values();
  }

  private void handle(CoordinatorEvent event) {
    if (event instanceof CoordinatorEvent.Submitted submitted) {
      String jobId = submitted.plan().jobId();
      CoordinatedJob job =
          new CoordinatedJob(submitted.plan(), submitted.handle(), submitted.listener(), transport);
      jobs.put(jobId, job);
      job.start();
    } else if (event instanceof CoordinatorEvent.Received received) {
      CoordinatedJob job = jobs.get(received.message().jobId());
      if (job != null) {
        job.received(received.message());
        removeIfEnded(received.message().jobId(), job);
      }
    } else if (event instanceof CoordinatorEvent.CancelAsked cancel) {
      CoordinatedJob job = jobs.get(cancel.jobId());
      if (job != null) {
        job.cancel();
      }
    } else if (event instanceof CoordinatorEvent.DrainAsked drain) {
      CoordinatedJob job = jobs.get(drain.jobId());
      if (job != null) {
        job.drain();
      }
    }
  }

  private void removeIfEnded(String jobId, CoordinatedJob job) {
    if (job.isEnded()) {
      jobs.remove(jobId);
      handles.remove(jobId);
      forget.accept(jobId);
      job.announceEnd();
    }
  }
}
