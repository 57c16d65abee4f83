package dev.sluice.executor.cluster;

import dev.sluice.executor.api.TaskFailure;
import dev.sluice.executor.block.BlockStore;
import dev.sluice.executor.block.MemoryBudget;
import dev.sluice.executor.common.Clock;
import dev.sluice.executor.common.InlineMailboxes;
import dev.sluice.executor.common.Mailboxes;
import dev.sluice.executor.common.SpillDirectory;
import dev.sluice.executor.net.HostPort;
import dev.sluice.executor.net.JobIntake;
import dev.sluice.executor.net.NetNode;
import dev.sluice.executor.net.NettyTransport;
import dev.sluice.executor.net.TransportListener;
import dev.sluice.executor.node.SystemClock;
import dev.sluice.executor.node.ThreadTimers;
import dev.sluice.executor.node.WorkerPool;
import dev.sluice.executor.opener.Openers;
import dev.sluice.executor.task.Executor;
import dev.sluice.executor.task.ExecutorWorld;
import dev.sluice.executor.task.RunQueue;
import dev.sluice.executor.transport.Address;
import dev.sluice.executor.transport.JobPlan;
import dev.sluice.executor.transport.Message;
import dev.sluice.executor.transport.ToCoordinator;
import dev.sluice.executor.transport.ToExecutor;
import dev.sluice.executor.transport.ToOpener;
import dev.sluice.executor.transport.Transport;
import dev.sluice.executor.transport.control.Control;
import dev.sluice.executor.transport.control.Membership;
import dev.sluice.executor.transport.control.Preparation;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An executor under one number: from joining to the word that it is dead, or to its closing. What
 * is left of it afterwards can neither send nor receive.
 */
final class ExecutorLife implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ExecutorLife.class);
  private static final long LOG_NANOS = 100_000_000;

  private final int number;
  private final Clock clock = new SystemClock();
  private final ThreadTimers timers = new ThreadTimers("sluice-timers");
  private final BackgroundPool background = new BackgroundPool("sluice-preparation");
  private final JobLoaders loaders;
  private final SpillDirectory spill;
  private final NetNode net;
  private final NettyTransport transport;
  private final JobIntake intake = new JobIntake();
  private final CoordinatorLine coordinator;
  private final ExecutorCheckpoints checkpoints;
  private final JobPreparation preparation;
  private final WorkerPool pool;
  private final Executor executor;
  private final Openers openers;

  /** Stores of the jobs that run here; made when a job starts, and looked up by the engine. */
  private final Map<String, BlockStore> stores = new ConcurrentHashMap<>();

  private final Set<Integer> placed = new HashSet<>();
  private long directoryVersion = -1;
  private final CompletableFuture<String> death = new CompletableFuture<>();

  /**
   * Begins a life.
   *
   * @param net takes part as this executor from now on; closed with this
   */
  ExecutorLife(
      ExecutorSettings settings,
      Membership.Joined joined,
      NetNode net,
      StagingArea staging,
      JobLoaders loaders) {
    this.number = joined.executor();
    this.net = net;
    this.loaders = loaders;
    this.spill = new SpillDirectory(settings.spillDirectory());
    this.transport =
        new NettyTransport(
            net, intake, new Listener(), Duration.ofMillis(joined.reconnectMillis()));
    this.checkpoints =
        new ExecutorCheckpoints(
            number, written -> transport.send(self(), Address.COORDINATOR, written));
    HostPort at = HostPort.parse(settings.coordinator());
    transport.place(Address.COORDINATOR, at);
    this.coordinator = new CoordinatorLine(net, at, clock, timers, joined, this::hear);
    this.preparation = new JobPreparation(staging, loaders, checkpoints, coordinator::calls);
    Mailboxes mailboxes = new InlineMailboxes();
    RunQueue queue = new RunQueue();
    this.pool =
        new WorkerPool("sluice-executor-" + number, queue, settings.slots(), settings.maxSlots());
    Transport outgoing = this::send;
    this.openers = new Openers(clock, timers, outgoing, mailboxes);
    this.executor =
        new Executor(
            new ExecutorWorld(
                number,
                clock,
                timers,
                mailboxes,
                outgoing,
                queue,
                pool,
                (jobId, budget) -> stores.get(jobId),
                checkpoints,
                loaders::of));
    transport.attach(self(), this::receive);
    coordinator.open();
    timers.after(LOG_NANOS, this::sendLogs);
  }

  private Address self() {
    return new Address(number);
  }

  /** The number of this life. */
  int number() {
    return number;
  }

  /** Completes when the coordinator says that this executor is dead, with what it says. */
  CompletableFuture<String> death() {
    return death;
  }

  private void send(Address from, Address to, Message message) {
    if (message instanceof ToCoordinator.JobStopped stopped) {
      intake.close(stopped.jobId());
      stores.remove(stopped.jobId());
    }
    transport.send(from, to, message);
  }

  private void receive(Message message) {
    if (message instanceof ToExecutor.StartJob start && !start(start.plan())) {
      return;
    }
    if (message instanceof ToExecutor toExecutor) {
      executor.receive(toExecutor);
    } else if (message instanceof ToOpener toOpener) {
      openers.receive(toOpener);
    } else {
      throw new IllegalStateException("not for an executor: " + message);
    }
  }

  private boolean start(JobPlan plan) {
    try {
      checkpoints.start(plan);
    } catch (IOException e) {
      fail(plan.jobId(), "its checkpoint cannot be read", e);
      return false;
    }
    BlockStore store =
        new BlockStore(
            plan.jobId() + "-" + number,
            new MemoryBudget(budget(plan.graph().settings().memoryBudget())),
            spill);
    stores.put(plan.jobId(), store);
    intake.open(plan, store);
    return true;
  }

  /** What the client asks for, but no more than this process can give. */
  private static long budget(long asked) {
    return Math.min(asked, Runtime.getRuntime().maxMemory() / 2);
  }

  private void fail(String jobId, String what, Throwable why) {
    LOG.error("executor {} cannot go on with job {}: {}", number, jobId, what, why);
    TaskFailure failure =
        new TaskFailure("executor " + number, -1, -1, new ClusterException(what + ": " + why, why));
    send(self(), Address.COORDINATOR, new ToCoordinator.JobFailed(jobId, failure));
  }

  /** Takes what the coordinator says besides the messages of jobs; one at a time. */
  private void hear(Control message) {
    if (message instanceof Membership.Directory directory) {
      place(directory);
    } else if (message instanceof Membership.Dead dead) {
      death.complete(dead.reason());
    } else if (message instanceof Preparation.PrepareJob job) {
      background.execute(() -> prepare(job));
    } else if (message instanceof Preparation.ForgetJob forget) {
      background.execute(
          () -> {
            sendLog(forget.job());
            preparation.forget(forget.job());
          });
    }
  }

  private void place(Membership.Directory directory) {
    if (directory.version() <= directoryVersion) {
      return;
    }
    directoryVersion = directory.version();
    Set<Integer> there = new HashSet<>();
    for (Membership.Member member : directory.members()) {
      there.add(member.executor());
      if (member.executor() != number && placed.add(member.executor())) {
        transport.place(new Address(member.executor()), new HostPort(member.host(), member.port()));
      }
    }
    placed.removeIf(
        executorNumber -> {
          boolean gone = !there.contains(executorNumber);
          if (gone) {
            transport.remove(new Address(executorNumber));
          }
          return gone;
        });
  }

  private void prepare(Preparation.PrepareJob job) {
    String error = "";
    try {
      preparation.prepare(job);
    } catch (Throwable e) { // user code: its errors are the job's
      LOG.warn("{} cannot be prepared", job.job(), e);
      error = e.getMessage() == null ? e.toString() : e.getMessage();
    }
    coordinator.send(new Preparation.JobPrepared(job.job(), number, error));
  }

  private void sendLogs() {
    preparation.jobs().forEach(this::sendLog);
    timers.after(LOG_NANOS, this::sendLogs);
  }

  private void sendLog(String jobId) {
    JobLog.Batch batch = loaders.takeLog(jobId);
    if (batch != null) {
      coordinator.send(new Preparation.LogLines(jobId, number, batch.lines(), batch.dropped()));
    }
  }

  private final class Listener implements TransportListener {
    @Override
    public void unreachable(Address to, String why) {
      LOG.warn("executor {} cannot reach {}: {}", number, to, why);
      coordinator.send(new Membership.Unreachable(to.executor(), why));
    }

    @Override
    public void unsendable(Address to, Message message, Throwable why) {
      fail(message.jobId(), "a message to " + to + " cannot be sent", why);
    }

    @Override
    public void unreadable(Address from, Address to, String jobId, Throwable why) {
      fail(jobId, "a message from " + from + " cannot be read", why);
    }
  }

  /** Goes away in good order: the coordinator hears of it. */
  void leave() {
    coordinator.close(new Membership.Leaving("it was stopped"));
  }

  /** Stops everything; a coordinator that has not been told hears nothing any more. */
  @Override
  public void close() {
    coordinator.close(null);
    transport.close();
    preparation.jobs().forEach(job -> executor.receive(new ToExecutor.StopJob(job, true, -1)));
    pool.close();
    background.close();
    timers.close();
    net.close();
    preparation.close();
    try {
      spill.close();
    } catch (IOException e) {
      LOG.warn("cannot delete {}", spill.location(), e);
    }
  }
}
