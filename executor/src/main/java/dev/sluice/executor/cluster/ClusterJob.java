package dev.sluice.executor.cluster;

import dev.sluice.executor.api.JobHandle;
import dev.sluice.executor.api.JobListener;
import dev.sluice.executor.api.JobProgress;
import dev.sluice.executor.api.JobState;
import dev.sluice.executor.api.JobSummary;
import dev.sluice.executor.api.TaskFailure;
import dev.sluice.executor.api.Watermarks;
import dev.sluice.executor.net.Link;
import dev.sluice.executor.transport.control.Reply.Failure;
import dev.sluice.executor.transport.control.Reply.JobStatus;
import dev.sluice.executor.transport.control.Request.Watch;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * A job as the cluster's coordinator knows it. Owned by the desk.
 *
 * <pre>
 *   PREPARING ──▶ RUNNING ──▶ ENDED
 *       └──▶ (refused: forgotten)
 * </pre>
 */
final class ClusterJob {
  /** Where it is. */
  enum Phase {
    PREPARING,
    RUNNING,
    ENDED
  }

  /** Somebody who waits for news. */
  record Watcher(Link link, Watch request, long untilNanos) {}

  private static final JobProgress NOTHING_YET =
      new JobProgress(-1, -1, 0, 0, Watermarks.MIN, Long.MIN_VALUE);

  final String jobId;
  final String name;
  final LogTail log = new LogTail();
  final List<Watcher> watchers = new ArrayList<>();

  /** Executors whose {@code JobPrepared} is awaited, and those that have sent it. */
  final TreeSet<Integer> awaited = new TreeSet<>();

  final TreeSet<Integer> prepared = new TreeSet<>();

  /** Null after the end, so that nothing of the job's classes is held. */
  private LoadedJob loaded;

  /** After the end. */
  private JobStatus lastStatus;

  private final long submittedMillis;
  private long endedMillis;
  private Phase phase = Phase.PREPARING;

  /** Those that it began on. */
  private List<Integer> executors = List.of();

  /** Null while it is being prepared. */
  private JobHandle handle;

  /** Who submitted it waits for an answer to this request; null once it is answered. */
  private Link submitter;

  private final long submission;

  private long change;
  private volatile boolean reported;
  private JobProgress progressTold = NOTHING_YET;
  private JobState stateTold = JobState.RUNNING;
  private byte[] lastMetrics = new byte[0];
  private byte[] lastFailure = new byte[0];

  ClusterJob(String name, LoadedJob loaded, Link submitter, long submission, long nowMillis) {
    this.jobId = loaded.start().jobId();
    this.name = name;
    this.loaded = loaded;
    this.submitter = submitter;
    this.submission = submission;
    this.submittedMillis = nowMillis;
  }

  /** What the engine's coordinator tells; any thread. */
  JobListener listener() {
    JobSummary summary = loaded.summary();
    return new JobListener() {
      @Override
      public void attempted(int stage, Object metrics) {
        summary.attempted(stage, metrics);
        reported = true;
      }

      @Override
      public void committed(int stage, Object metrics) {
        summary.committed(stage, metrics);
        reported = true;
      }

      @Override
      public void batchCommitted(long batch) {
        summary.batchCommitted(batch);
      }
    };
  }

  void running(JobHandle started, List<Integer> on) {
    handle = started;
    executors = List.copyOf(on);
    phase = Phase.RUNNING;
    change++;
  }

  /** It is over, and lets go of all that was the job's. */
  void ended(byte[] metrics, byte[] failure, long nowMillis) {
    lastMetrics = metrics;
    lastFailure = failure;
    endedMillis = nowMillis;
    phase = Phase.ENDED;
    change++;
    lastStatus = status();
    loaded = null;
    handle = null;
  }

  /** What was submitted; null after the end. */
  LoadedJob loaded() {
    return loaded;
  }

  /** Looks whether there is something new. */
  void look() {
    if (phase == Phase.RUNNING) {
      boolean news = reported;
      reported = false;
      news |= !handle.progress().equals(progressTold) || state() != stateTold;
      progressTold = handle.progress();
      stateTold = handle.state().isTerminal() ? stateTold : handle.state();
      change += news ? 1 : 0;
    }
  }

  Phase phase() {
    return phase;
  }

  JobHandle handle() {
    return handle;
  }

  long change() {
    return change;
  }

  byte[] lastMetrics() {
    return lastMetrics;
  }

  byte[] lastFailure() {
    return lastFailure;
  }

  List<Integer> executors() {
    return executors;
  }

  /** Who is to hear whether it runs; null the second time. */
  Link takeSubmitter() {
    Link taken = submitter;
    submitter = null;
    return taken;
  }

  long submission() {
    return submission;
  }

  JobStatus status() {
    if (lastStatus != null) {
      return lastStatus;
    }
    return new JobStatus(
        jobId,
        name,
        state(),
        submittedMillis,
        endedMillis,
        handle == null ? NOTHING_YET : handle.progress(),
        handle == null || phase != Phase.ENDED
            ? null
            : handle.failure().map(ClusterJob::forPeople).orElse(null),
        phase == Phase.RUNNING ? handle.placement().executors() : executors,
        phase == Phase.RUNNING && handle.placement().degraded());
  }

  /** Terminal only when its last news are complete. */
  private JobState state() {
    JobState state = handle == null ? JobState.RUNNING : handle.state();
    return state.isTerminal() && phase != Phase.ENDED ? stateTold : state;
  }

  private static Failure forPeople(TaskFailure failure) {
    StringWriter trace = new StringWriter();
    failure.cause().printStackTrace(new PrintWriter(trace, true));
    return new Failure(
        failure.stage(),
        failure.partition(),
        failure.batch(),
        String.valueOf(failure.cause()),
        trace.toString());
  }
}
