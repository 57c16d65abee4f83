package dev.sluice.executor.cluster;

import dev.sluice.executor.api.JobHandle;
import dev.sluice.executor.api.JobProgress;
import dev.sluice.executor.api.JobState;
import dev.sluice.executor.api.Placement;
import dev.sluice.executor.api.TaskFailure;
import dev.sluice.executor.api.Watermarks;
import dev.sluice.executor.transport.control.Reply;
import dev.sluice.executor.transport.control.Reply.Failure;
import dev.sluice.executor.transport.control.Reply.News;
import dev.sluice.executor.transport.control.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job of a cluster, as a client sees it: it asks the coordinator for news, which answers when
 * there is something, and asks again. A coordinator that cannot be reached is tried again for a
 * while; if it stays away, the job counts as failed here, though it may still run.
 */
public final class RemoteJob implements JobHandle {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteJob.class);
  private static final long WATCH_MILLIS = 2_000;
  private static final long RETRY_NANOS = 200_000_000;
  private static final long GIVE_UP_NANOS = Duration.ofSeconds(60).toNanos();

  private final ClusterClient client;
  private final String jobId;
  private final JobWatch watch;
  private final ClassLoader loader;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile JobState state = JobState.RUNNING;
  private volatile Placement placement = new Placement(List.of(), false);
  private volatile JobProgress progress =
      new JobProgress(-1, -1, 0, 0, Watermarks.MIN, Long.MIN_VALUE);
  private volatile TaskFailure failure;

  // one answer at a time
  private long change = -1;
  private long logLine;
  private long lostSince;
  private boolean lost;

  private RemoteJob(ClusterClient client, String jobId, JobWatch watch) {
    this.client = client;
    this.jobId = jobId;
    this.watch = watch;
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    this.loader = context == null ? RemoteJob.class.getClassLoader() : context;
  }

  static RemoteJob watch(ClusterClient client, String jobId, JobWatch watch) {
    RemoteJob job = new RemoteJob(client, jobId, watch);
    job.ask();
    return job;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the end of the chain throws nothing
  private void ask() {
    client
        .askLater(id -> new Request.Watch(id, jobId, change, logLine, WATCH_MILLIS))
        .whenComplete(this::answered);
  }

  private void answered(Reply reply, Throwable refusal) {
    try {
      if (reply != null) {
        lost = false;
        news((News) reply);
      } else {
        missed(refusal);
      }
    } catch (RuntimeException | Error e) {
      LOG.error("the news of {} cannot be taken", jobId, e);
      end(JobState.FAILED, new TaskFailure("client", -1, -1, e));
    }
  }

  private void news(News news) {
    change = news.change();
    logLine = news.nextLogLine();
    progress = news.status().progress();
    placement = new Placement(news.status().executors(), news.status().degraded());
    if (!news.logs().isEmpty()) {
      watch.logged(news.logs());
    }
    if (news.metrics().length > 0) {
      try {
        watch.summary(JobBytes.read(news.metrics(), Object.class, loader));
      } catch (IOException e) {
        LOG.debug("the metrics of {} cannot be read here", jobId, e);
      }
    }
    if (news.status().state().isTerminal()) {
      end(news.status().state(), failure(news));
    } else {
      state = news.status().state();
      ask();
    }
  }

  private TaskFailure failure(News news) {
    Failure told = news.status().failure();
    if (told == null) {
      return null;
    }
    Throwable cause;
    try {
      cause =
          news.failure().length == 0
              ? new ClusterException(told.text())
              : JobBytes.read(news.failure(), Throwable.class, loader);
    } catch (IOException e) {
      cause = new ClusterException(told.trace(), e);
    }
    return new TaskFailure(told.stage(), told.partition(), told.batch(), cause);
  }

  /** Is the coordinator away, or is it there and does not know the job? */
  private void missed(Throwable refusal) {
    Throwable cause = refusal.getCause() == null ? refusal : refusal.getCause();
    long now = System.nanoTime();
    lostSince = lost ? lostSince : now;
    lost = true;
    if ((cause instanceof ClusterException refused && refused.isAnswer())
        || now - lostSince > GIVE_UP_NANOS) {
      end(JobState.FAILED, new TaskFailure("coordinator", -1, -1, cause));
      return;
    }
    client.timers().after(RETRY_NANOS, this::ask);
  }

  private void end(JobState as, TaskFailure because) {
    failure = because;
    state = as;
    ended.countDown();
  }

  @Override
  public String jobId() {
    return jobId;
  }

  @Override
  public JobState state() {
    return state;
  }

  @Override
  public Optional<JobState> await(Duration timeout) throws InterruptedException {
    if (timeout.isZero()) {
      ended.await();
      return Optional.of(state);
    }
    boolean inTime = ended.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
    return inTime ? Optional.of(state) : Optional.empty();
  }

  @Override
  public Optional<TaskFailure> failure() {
    return Optional.ofNullable(failure);
  }

  @Override
  public void cancel() {
    tell(id -> new Request.Cancel(id, jobId), "cancelled");
  }

  @Override
  public void drain() {
    tell(id -> new Request.Drain(id, jobId), "drained");
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the end of the chain throws nothing
  private void tell(LongFunction<Request> request, String what) {
    client
        .askLater(request)
        .whenComplete(
            (done, refusal) -> {
              if (refusal != null) {
                LOG.warn("{} cannot be {}: {}", jobId, what, refusal.getMessage());
              }
            });
  }

  @Override
  public Placement placement() {
    return placement;
  }

  @Override
  public JobProgress progress() {
    return progress;
  }
}
