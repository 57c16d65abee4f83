package dev.sluice.executor.net;

import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.JobHandle;
import dev.sluice.executor.api.JobListener;
import dev.sluice.executor.block.BlockStore;
import dev.sluice.executor.block.MemoryBudget;
import dev.sluice.executor.common.Clock;
import dev.sluice.executor.common.InlineMailboxes;
import dev.sluice.executor.common.Mailboxes;
import dev.sluice.executor.common.SpillDirectory;
import dev.sluice.executor.coordinator.Coordinator;
import dev.sluice.executor.coordinator.CoordinatorWorld;
import dev.sluice.executor.coordinator.JobStart;
import dev.sluice.executor.node.BackgroundThread;
import dev.sluice.executor.node.EngineSettings;
import dev.sluice.executor.node.JobCheckpoints;
import dev.sluice.executor.node.JobIds;
import dev.sluice.executor.node.SystemClock;
import dev.sluice.executor.node.ThreadTimers;
import dev.sluice.executor.node.WorkerPool;
import dev.sluice.executor.opener.Openers;
import dev.sluice.executor.task.Executor;
import dev.sluice.executor.task.ExecutorSnapshot;
import dev.sluice.executor.task.ExecutorWorld;
import dev.sluice.executor.task.RunQueue;
import dev.sluice.executor.transport.Address;
import dev.sluice.executor.transport.Message;
import dev.sluice.executor.transport.ToCoordinator;
import dev.sluice.executor.transport.ToExecutor;
import dev.sluice.executor.transport.ToOpener;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

/**
 * A coordinator and executors in this JVM that speak over real connections on loopback. Otherwise
 * as {@link dev.sluice.executor.node.EmbeddedEngine}.
 */
public final class NettyEngine implements AutoCloseable {
  /** Nobody is declared dead here. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final JobIds ids = new JobIds();
  private final Map<String, ClassLoader> loaders = new ConcurrentHashMap<>();
  private final Clock clock = new SystemClock();
  private final Mailboxes mailboxes = new InlineMailboxes();
  private final ThreadTimers timers = new ThreadTimers("sluice-timers");
  private final BackgroundThread background = new BackgroundThread("sluice-background");
  private final JobCheckpoints checkpoints = new JobCheckpoints();
  private final Queue<String> troubles = new ConcurrentLinkedQueue<>();
  private final List<NetNode> nodes = new ArrayList<>();
  private final List<NettyTransport> transports = new ArrayList<>();
  private final List<WorkerPool> pools = new ArrayList<>();
  private final List<Executor> executors = new ArrayList<>();
  private final SpillDirectory spill;
  private final Coordinator coordinator;
  private final NetWorld net;

  /** Starts. */
  public NettyEngine(EngineSettings settings, NetSettings netSettings, Opaque opaque)
      throws IOException {
    net = new NetWorld(netSettings, loaders::get, opaque);
    spill = new SpillDirectory(settings.spillDirectory());
    for (int id = 0; id < settings.executors(); id++) {
      executor(id, settings);
    }
    NettyTransport transport = transport(Peer.COORDINATOR, new JobIntake());
    List<Integer> numbers = IntStream.range(0, settings.executors()).boxed().toList();
    coordinator =
        new Coordinator(
            new CoordinatorWorld(
                transport, mailboxes, () -> numbers, checkpoints, background, this::forget));
    transport.attach(Address.COORDINATOR, m -> coordinator.receive((ToCoordinator) m));
    placeAll();
  }

  /** Starts with everything by reference that belongs to the user. */
  public static NettyEngine start(EngineSettings settings) throws IOException {
    return new NettyEngine(settings, NetSettings.loopback(), new ByReference());
  }

  private void executor(int id, EngineSettings settings) throws IOException {
    RunQueue queue = new RunQueue();
    WorkerPool pool =
        new WorkerPool("sluice-executor-" + id, queue, settings.slots(), settings.maxSlots());
    pools.add(pool);
    JobIntake intake = new JobIntake();
    NettyTransport transport = transport(Peer.executor(id), intake);
    Map<String, BlockStore> stores = new ConcurrentHashMap<>();
    ExecutorWorld world =
        new ExecutorWorld(
            id,
            clock,
            timers,
            mailboxes,
            (from, to, message) -> {
              if (message instanceof ToCoordinator.JobStopped stopped) {
                intake.close(stopped.jobId());
              }
              transport.send(from, to, message);
            },
            queue,
            pool,
            (jobId, budget) -> stores.remove(jobId),
            checkpoints,
            loaders::get);
    Executor executor = new Executor(world);
    Openers openers = new Openers(clock, timers, transport, mailboxes);
    executors.add(executor);
    transport.attach(
        new Address(id),
        message -> {
          if (message instanceof ToExecutor.StartJob start) {
            BlockStore store =
                new BlockStore(
                    start.jobId() + "-" + id,
                    new MemoryBudget(start.plan().graph().settings().memoryBudget()),
                    spill);
            stores.put(start.jobId(), store);
            intake.open(start.plan(), store);
          }
          dispatch(message, executor, openers);
        });
  }

  private NettyTransport transport(Peer self, JobIntake intake) throws IOException {
    NetNode node = NetNode.start(net, self, LinkAcceptor.NONE);
    NettyTransport transport = new NettyTransport(node, intake, new Listener(), PATIENCE);
    nodes.add(node);
    transports.add(transport);
    return transport;
  }

  private void placeAll() {
    for (int i = 0; i < nodes.size(); i++) {
      Address address = i == nodes.size() - 1 ? Address.COORDINATOR : new Address(i);
      HostPort at = new HostPort("127.0.0.1", nodes.get(i).port());
      transports.forEach(transport -> transport.place(address, at));
    }
  }

  private static void dispatch(Message message, Executor executor, Openers openers) {
    if (message instanceof ToExecutor toExecutor) {
      executor.receive(toExecutor);
    } else if (message instanceof ToOpener toOpener) {
      openers.receive(toOpener);
    } else {
      throw new IllegalStateException("not for an executor: " + message);
    }
  }

  private void forget(String jobId) {
    loaders.remove(jobId);
    checkpoints.remove(jobId);
  }

  /** Begins a job. */
  public JobHandle submit(JobGraph graph, JobListener listener) {
    Coordinator.check(graph, false);
    JobStart start = JobStart.anew(ids.next(graph.name()));
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    loaders.put(start.jobId(), loader == null ? NettyEngine.class.getClassLoader() : loader);
    return coordinator.submit(start, graph, listener);
  }

  /** What went wrong between the processes. */
  public Queue<String> troubles() {
    return troubles;
  }

  /** Closes every connection, as if the network had. */
  public void cutConnections() {
    nodes.forEach(NetNode::cutConnections);
  }

  /** What the executors hold at a moment: after the end of all jobs nothing. */
  public List<ExecutorSnapshot> inspect() {
    List<ExecutorSnapshot> snapshots = new ArrayList<>();
    for (Executor executor : executors) {
      CompletableFuture<ExecutorSnapshot> snapshot = new CompletableFuture<>();
      executor.inspect(snapshot::complete);
      snapshots.add(snapshot.join());
    }
    return snapshots;
  }

  @Override
  public void close() throws IOException {
    try {
      List<JobHandle> left = new ArrayList<>();
      coordinator.running().forEach(left::add);
      left.forEach(JobHandle::cancel);
      for (JobHandle job : left) {
        if (job.await(Duration.ofSeconds(20)).isEmpty()) {
          troubles.add(job.jobId() + " does not end");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      pools.forEach(WorkerPool::close);
      transports.forEach(NettyTransport::close);
      nodes.forEach(NetNode::close);
      background.close();
      timers.close();
      spill.close();
    }
  }

  private final class Listener implements TransportListener {
    @Override
    public void unreachable(Address to, String why) {
      troubles.add(to + " is unreachable: " + why);
    }

    @Override
    public void unsendable(Address to, Message message, Throwable why) {
      troubles.add("cannot send " + message + " to " + to + ": " + why);
    }

    @Override
    public void unreadable(Address from, Address to, String jobId, Throwable why) {
      troubles.add("cannot read from " + from + ": " + why);
    }
  }
}
