package dev.sluice.executor.cluster;

import dev.sluice.executor.api.JobHandle;
import dev.sluice.executor.common.Clock;
import dev.sluice.executor.common.InlineMailboxes;
import dev.sluice.executor.common.Mailboxes;
import dev.sluice.executor.coordinator.Coordinator;
import dev.sluice.executor.coordinator.CoordinatorWorld;
import dev.sluice.executor.net.HostPort;
import dev.sluice.executor.net.JobIntake;
import dev.sluice.executor.net.Link;
import dev.sluice.executor.net.LinkHandler;
import dev.sluice.executor.net.NetNode;
import dev.sluice.executor.net.NetWorld;
import dev.sluice.executor.net.NettyTransport;
import dev.sluice.executor.net.Peer;
import dev.sluice.executor.net.TransportListener;
import dev.sluice.executor.node.BackgroundThread;
import dev.sluice.executor.node.JobCheckpoints;
import dev.sluice.executor.node.SystemClock;
import dev.sluice.executor.node.ThreadTimers;
import dev.sluice.executor.transport.Address;
import dev.sluice.executor.transport.Message;
import dev.sluice.executor.transport.ToCoordinator;
import dev.sluice.executor.transport.control.Reply.ExecutorStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The coordinator of a cluster, in a process of its own: lets executors in and declares them dead,
 * takes jobs from clients, keeps their class paths. All methods may be called by any thread.
 */
public final class CoordinatorNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CoordinatorNode.class);
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

  private final Clock clock = new SystemClock();
  private final long startedMillis = clock.wallMillis();
  private final ThreadTimers timers = new ThreadTimers("sluice-timers");
  private final BackgroundThread checkpointThread = new BackgroundThread("sluice-checkpoints");
  private final BackgroundPool background = new BackgroundPool("sluice-coordinator");
  private final JobCheckpoints checkpoints = new JobCheckpoints();
  private final CompletableFuture<Void> whole = new CompletableFuture<>();
  private final String host;
  private final StagingArea staging;
  private final JobLoaders loaders;
  private final NetNode net;
  private final NettyTransport transport;
  private final MemberDesk members;
  private final Coordinator coordinator;
  private final JobDesk jobs;

  private CoordinatorNode(CoordinatorSettings settings) throws IOException {
    host = settings.host();
    staging = new StagingArea(settings.staging());
    loaders = new JobLoaders(staging, settings.jobLoader());
    net =
        NetNode.start(
            new NetWorld(
                settings.security().net(new HostPort(settings.host(), settings.port())),
                loaders::of),
            Peer.COORDINATOR,
            this::accept);
    transport =
        new NettyTransport(
            net, new JobIntake(), new Listener(), settings.membership().reconnectPatience());
    Mailboxes mailboxes = new InlineMailboxes();
    members =
        new MemberDesk(settings.membership(), clock, timers, mailboxes, transport, new Forward());
    coordinator =
        new Coordinator(
            new CoordinatorWorld(
                transport,
                mailboxes,
                this::executorsOfNextJob,
                checkpoints,
                checkpointThread,
                this::forget));
    jobs =
        new JobDesk(
            new JobDesk.DeskWorld(
                clock,
                timers,
                members,
                coordinator,
                new JobLoading(staging, loaders, checkpoints),
                loaders,
                background));
    transport.attach(Address.COORDINATOR, this::receive);
    whole.complete(null);
    LOG.info("the coordinator listens on {}", address());
  }

  /**
   * Starts a coordinator.
   *
   * @throws IOException if it cannot listen there, or a directory or file cannot be used
   * @throws IllegalArgumentException if the settings would let in anybody
   */
  public static CoordinatorNode start(CoordinatorSettings settings) throws IOException {
    return new CoordinatorNode(settings);
  }

  /** Where it listens, as {@code host:port}. */
  public String address() {
    return new HostPort(host, net.port()).toString();
  }

  /** All executors that are in, and some that were. */
  public List<ExecutorStatus> executors() {
    return members.status();
  }

  private List<Integer> executorsOfNextJob() {
    return jobs.submittedOn();
  }

  private void forget(String jobId) {
    checkpoints.remove(jobId);
    jobs.over(jobId);
  }

  private void receive(Message message) {
    if (message instanceof ToCoordinator.SnapshotWritten written) {
      checkpoints.written(written);
    } else {
      coordinator.receive((ToCoordinator) message);
    }
  }

  private LinkHandler accept(Link link) {
    whole.join(); // the first may come while this is being made
    return switch (link.peer().kind()) {
      case CANDIDATE, EXECUTOR -> new ExecutorLink(link, members, jobs, staging);
      case CLIENT -> new ClientLink(jobs, staging, startedMillis);
      case COORDINATOR ->
          throw new IllegalStateException("another coordinator connects from " + link.remote());
    };
  }

  /** The desks are made after those who call them. */
  private final class Forward implements MemberDesk.Listener {
    @Override
    public void joined(int executor) {
      jobs.joined(executor);
    }

    @Override
    public void linkedAgain(int executor) {
      jobs.linkedAgain(executor);
    }

    @Override
    public void dead(int executor, String reason) {
      jobs.dead(executor, reason);
    }
  }

  private final class Listener implements TransportListener {
    @Override
    public void unreachable(Address to, String why) {
      members.gone(to.executor(), "it cannot be reached: " + why);
    }

    @Override
    public void unsendable(Address to, Message message, Throwable why) {
      jobs.fail(message.jobId(), "a message to " + to + " cannot be sent", why);
    }

    @Override
    public void unreadable(Address from, Address to, String jobId, Throwable why) {
      jobs.fail(jobId, "a message from " + from + " cannot be read", why);
    }
  }

  /** Cancels all jobs, waits some seconds for their end, and ends all threads. */
  @Override
  public void close() {
    CompletableFuture<List<JobHandle>> running = new CompletableFuture<>();
    members.inTurn(() -> running.complete(jobs.cancelAll()));
    try {
      long until = clock.nanos() + CLOSE_PATIENCE.toNanos();
      for (JobHandle job : running.join()) {
        if (job.await(Duration.ofNanos(Math.max(1, until - clock.nanos()))).isEmpty()) {
          LOG.warn("{} has not ended in time", job.jobId());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      members.close();
      transport.close();
      net.close();
      background.close();
      checkpointThread.close();
      timers.close();
      loaders.close();
      staging.close();
    }
  }
}
