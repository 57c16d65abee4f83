package dev.sluice.executor.cluster;

import dev.sluice.executor.net.HostPort;
import dev.sluice.executor.net.Link;
import dev.sluice.executor.net.LinkAcceptor;
import dev.sluice.executor.net.LinkHandler;
import dev.sluice.executor.net.NetNode;
import dev.sluice.executor.net.NetWorld;
import dev.sluice.executor.net.Peer;
import dev.sluice.executor.net.RefusedException;
import dev.sluice.executor.transport.control.Control;
import dev.sluice.executor.transport.control.Membership;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An executor of a cluster, in a process of its own: joins the coordinator, as often as need be,
 * each time under a new number, and runs what it is told. All methods may be called by any thread.
 *
 * <pre>
 *   ┌─▶ connect ─▶ Join ─▶ Joined(n) ─▶ life of executor n ─▶ declared dead: all jobs dropped ─┐
 *   └───────────────────────────────────────────────────────────────────────────────────────────┘
 * </pre>
 */
public final class ExecutorNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ExecutorNode.class);
  private static final long JOIN_PATIENCE_SECONDS = 10;
  private static final long RETRY_MILLIS = 200;

  private final ExecutorSettings settings;
  private final StagingArea staging;
  private final Thread thread;
  private final CompletableFuture<Void> joinedOnce = new CompletableFuture<>();
  private final CompletableFuture<String> closing = new CompletableFuture<>();
  private volatile int number = -1;

  private ExecutorNode(ExecutorSettings settings) throws IOException {
    this.settings = settings;
    this.staging = new StagingArea(settings.staging());
    this.thread = new Thread(this::live, "sluice-executor");
  }

  /**
   * Starts an executor; it joins when the coordinator can be reached.
   *
   * @throws IOException if a directory or file cannot be used
   */
  public static ExecutorNode start(ExecutorSettings settings) throws IOException {
    settings.security().net(null); // files that cannot be read are said at once
    ExecutorNode node = new ExecutorNode(settings);
    node.thread.start();
    return node;
  }

  /** The number under which it is in the cluster; -1 if it is not. */
  public int number() {
    return number;
  }

  /**
   * Completes when it has joined for the first time; exceptionally if the coordinator refuses it
   * for good, such as for another secret.
   */
  public CompletableFuture<Void> joined() {
    return joinedOnce.copy();
  }

  /** Waits until it has ended: it was closed, or the coordinator refuses it for good. */
  public void awaitEnd() throws InterruptedException {
    thread.join();
  }

  private void live() {
    try (JobLoaders loaders = new JobLoaders(staging, settings.jobLoader())) {
      while (!closing.isDone()) {
        try {
          liveOnce(loaders);
        } catch (RefusedException e) {
          LOG.error(
              "the coordinator at {} refuses this executor: {}",
              settings.coordinator(),
              e.getMessage());
          joinedOnce.completeExceptionally(e);
          return;
        } catch (IOException e) {
          LOG.info("cannot join {}: {}; trying again", settings.coordinator(), e.getMessage());
          pause();
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("closed while joining");
    } finally {
      staging.close();
      joinedOnce.completeExceptionally(new ClusterException("the executor was closed"));
    }
  }

  private void pause() throws InterruptedException {
    try {
      closing.get(RETRY_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.trace("the pause is over");
    }
  }

  private void liveOnce(JobLoaders loaders) throws IOException, InterruptedException {
    NetNode net =
        NetNode.start(
            new NetWorld(
                settings.security().net(new HostPort(settings.host(), settings.port())),
                loaders::of),
            Peer.CANDIDATE,
            LinkAcceptor.NONE);
    Membership.Joined joined;
    try {
      joined = join(net);
      net.become(Peer.executor(joined.executor()));
    } catch (IOException | InterruptedException | RuntimeException e) {
      net.close();
      throw e;
    }
    try (ExecutorLife life = new ExecutorLife(settings, joined, net, staging, loaders)) {
      number = life.number();
      LOG.info("joined the cluster as executor {}", number);
      joinedOnce.complete(null);
      CompletableFuture.anyOf(life.death(), closing).join();
      if (closing.isDone()) {
        life.leave();
      } else {
        LOG.warn(
            "the coordinator has declared executor {} dead: {}; all its jobs are dropped",
            number,
            life.death().join());
      }
    } finally {
      number = -1;
    }
  }

  private Membership.Joined join(NetNode net) throws IOException, InterruptedException {
    CompletableFuture<Membership.Joined> answer = new CompletableFuture<>();
    LinkHandler handler =
        new LinkHandler() {
          @Override
          public void message(Link link, Control message) {
            if (message instanceof Membership.Joined joined) {
              answer.complete(joined);
            }
          }

          @Override
          public void closed(Link link, String why) {
            answer.completeExceptionally(new ClusterException(why));
          }
        };
    try {
      CompletableFuture<Link> connecting =
          net.connect(HostPort.parse(settings.coordinator()), handler);
      Link link = getUnlessClosed(connecting);
      try {
        link.send(
            new Membership.Join(
                settings.advertisedHost(),
                net.port(),
                settings.slots(),
                Runtime.getRuntime().maxMemory()));
        return getUnlessClosed(answer);
      } finally {
        link.close();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io
          ? io
          : new ClusterException(String.valueOf(e.getCause()), e.getCause());
    } catch (TimeoutException e) {
      throw new ClusterException("no answer within " + JOIN_PATIENCE_SECONDS + " s", e);
    }
  }

  private <T> T getUnlessClosed(CompletableFuture<T> future)
      throws InterruptedException, ExecutionException, TimeoutException, ClusterException {
    CompletableFuture.anyOf(future, closing).get(JOIN_PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (!future.isDone()) {
      throw new ClusterException("this executor is being closed");
    }
    return future.get();
  }

  /** Leaves the cluster, stops everything and ends all threads. */
  @Override
  public void close() {
    closing.complete("closed");
    try {
      thread.join(TimeUnit.SECONDS.toMillis(JOIN_PATIENCE_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
