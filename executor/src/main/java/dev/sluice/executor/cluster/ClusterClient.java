package dev.sluice.executor.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.executor.api.JobProgram;
import dev.sluice.executor.net.HostPort;
import dev.sluice.executor.net.Link;
import dev.sluice.executor.net.LinkAcceptor;
import dev.sluice.executor.net.LinkHandler;
import dev.sluice.executor.net.NetNode;
import dev.sluice.executor.net.NetWorld;
import dev.sluice.executor.net.Peer;
import dev.sluice.executor.node.ThreadTimers;
import dev.sluice.executor.transport.control.Control;
import dev.sluice.executor.transport.control.Reply;
import dev.sluice.executor.transport.control.Reply.JobStatus;
import dev.sluice.executor.transport.control.Request;
import dev.sluice.executor.transport.control.StagedFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongFunction;

/**
 * A client of a cluster: submits jobs and asks about them, over one connection that is opened again
 * when it was lost. All methods may be called by any thread.
 */
public final class ClusterClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Loading a job, and getting its class path to all executors, may take a while. */
  private static final Duration SUBMIT_PATIENCE = Duration.ofMinutes(10);

  private final HostPort coordinator;
  private final NetNode net;
  private final ThreadTimers timers = new ThreadTimers("sluice-client");

  @GuardedBy("this")
  private CompletableFuture<Connection> connection;

  private record Connection(Link link, Calls calls) {}

  private ClusterClient(HostPort coordinator, ClusterSecurity security) throws IOException {
    this.coordinator = coordinator;
    this.net =
        NetNode.start(
            new NetWorld(security.net(null), jobId -> ClusterClient.class.getClassLoader()),
            Peer.CLIENT,
            LinkAcceptor.NONE);
  }

  /**
   * Connects.
   *
   * @param coordinator where the coordinator listens, as {@code host:port}
   * @throws IOException if it cannot be reached within ten seconds, or refuses this client
   * @throws IllegalArgumentException if the address is none
   */
  public static ClusterClient connect(String coordinator, ClusterSecurity security)
      throws IOException {
    ClusterClient client = new ClusterClient(HostPort.parse(coordinator), security);
    try {
      client.get(client.connection(), PATIENCE);
      return client;
    } catch (IOException | RuntimeException e) {
      client.close();
      throw e;
    }
  }

  /** Where the coordinator listens. */
  public String coordinator() {
    return coordinator.toString();
  }

  /**
   * Stages a class path and submits a job; returns when it runs on all executors.
   *
   * @param name for people
   * @param classPath jars and directories of classes; empty where the cluster has the classes, as
   *     in tests within one JVM
   * @param watch what is told of the job
   * @throws IOException if the cluster refuses it, or cannot be reached
   */
  public RemoteJob submit(String name, JobProgram program, List<Path> classPath, JobWatch watch)
      throws IOException {
    byte[] bytes = JobBytes.write(program);
    StagedClassPath staged = StagedClassPath.of(classPath);
    stage(staged);
    Reply.Submitted submitted =
        (Reply.Submitted)
            ask(id -> new Request.Submit(id, name, staged.files(), bytes), SUBMIT_PATIENCE);
    return RemoteJob.watch(this, submitted.jobId(), watch);
  }

  private void stage(StagedClassPath classPath) throws IOException {
    if (classPath.files().isEmpty()) {
      return;
    }
    Reply.Missing missing =
        (Reply.Missing) ask(id -> new Request.WhatIsMissing(id, classPath.files()), PATIENCE);
    for (StagedFile file : missing.files()) {
      send(file, classPath.path(file));
    }
  }

  private void send(StagedFile file, Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      long offset = 0;
      do {
        byte[] piece = in.readNBytes(StagingArea.PIECE);
        if (piece.length == 0 && offset < file.size()) {
          throw new IOException(path + " has become shorter");
        }
        long at = offset;
        ask(id -> new Request.Upload(id, file, at, piece), SUBMIT_PATIENCE);
        offset += piece.length;
      } while (offset < file.size());
    }
  }

  /**
   * Watches a job that somebody has submitted.
   *
   * @throws IOException if the cluster knows no such job, or cannot be reached
   */
  public RemoteJob attach(String jobId, JobWatch watch) throws IOException {
    ask(id -> new Request.Watch(id, jobId, -1, Long.MAX_VALUE, 0), PATIENCE);
    return RemoteJob.watch(this, jobId, watch);
  }

  /** All jobs, those that have ended lately included. */
  public List<JobStatus> jobs() throws IOException {
    return ((Reply.Jobs) ask(Request.ListJobs::new, PATIENCE)).jobs();
  }

  /**
   * One job.
   *
   * @throws IOException if the cluster knows no such job, or cannot be reached
   */
  public JobStatus job(String jobId) throws IOException {
    return jobs().stream()
        .filter(status -> status.job().equals(jobId))
        .findFirst()
        .orElseThrow(() -> ClusterException.refused("the coordinator knows no job " + jobId));
  }

  /** The cluster. */
  public Reply.Cluster cluster() throws IOException {
    return (Reply.Cluster) ask(Request.ClusterStatus::new, PATIENCE);
  }

  /** Asks a job to end at once; returns when this is under way. */
  public void cancel(String jobId) throws IOException {
    ask(id -> new Request.Cancel(id, jobId), PATIENCE);
  }

  /** Asks a job to end in good order; returns when this is under way. */
  public void drain(String jobId) throws IOException {
    ask(id -> new Request.Drain(id, jobId), PATIENCE);
  }

  private Reply ask(LongFunction<Request> request, Duration patience) throws IOException {
    return get(askLater(request), patience);
  }

  /** Asks, over a new connection if need be; completes on a thread where nobody must wait. */
  CompletableFuture<Reply> askLater(LongFunction<Request> request) {
    return connection().thenCompose(connected -> connected.calls().ask(request));
  }

  ThreadTimers timers() {
    return timers;
  }

  private synchronized CompletableFuture<Connection> connection() {
    boolean lost =
        connection != null
            && (connection.isCompletedExceptionally()
                || (connection.isDone() && !connection.join().link().isOpen()));
    if (connection == null || lost) {
      Receiver receiver = new Receiver();
      connection =
          net.connect(coordinator, receiver)
              .thenApply(link -> new Connection(link, receiver.calls(link)));
    }
    return connection;
  }

  private static final class Receiver implements LinkHandler {
    private Calls calls;

    synchronized Calls calls(Link link) {
      if (calls == null) {
        calls = new Calls(link);
      }
      return calls;
    }

    @Override
    public void message(Link link, Control message) {
      if (message instanceof Reply reply) {
        calls(link).replied(reply);
      }
    }

    @Override
    public void closed(Link link, String why) {
      calls(link).closed(why);
    }
  }

  private <T> T get(CompletableFuture<T> future, Duration patience) throws IOException {
    try {
      return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io
          ? io
          : new ClusterException(String.valueOf(e.getCause()), e.getCause());
    } catch (TimeoutException e) {
      throw new ClusterException(
          "the coordinator at " + coordinator + " does not answer within " + patience, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while waiting for the coordinator", e);
    }
  }

  /** Closes the connection; jobs go on. */
  @Override
  public void close() {
    timers.close();
    net.close();
  }
}
