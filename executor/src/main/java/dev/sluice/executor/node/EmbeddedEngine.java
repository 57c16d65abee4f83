package dev.sluice.executor.node;

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
import dev.sluice.executor.opener.Openers;
import dev.sluice.executor.task.Executor;
import dev.sluice.executor.task.ExecutorSnapshot;
import dev.sluice.executor.task.ExecutorWorld;
import dev.sluice.executor.task.RunQueue;
import dev.sluice.executor.transport.Address;
import dev.sluice.executor.transport.InMemoryTransport;
import dev.sluice.executor.transport.Message;
import dev.sluice.executor.transport.ToCoordinator;
import dev.sluice.executor.transport.ToExecutor;
import dev.sluice.executor.transport.ToOpener;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Coordinator, openers and executors in this JVM: the code that runs a cluster, over a transport in
 * memory. Several jobs may run at a time. All methods may be called by any thread.
 */
public final class EmbeddedEngine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedEngine.class);

  private final JobIds ids = new JobIds();
  private final Map<String, ClassLoader> loaders = new ConcurrentHashMap<>();
  private final InMemoryTransport transport = new InMemoryTransport();
  private final ThreadTimers timers = new ThreadTimers("sluice-timers");
  private final BackgroundThread background = new BackgroundThread("sluice-background");
  private final JobCheckpoints checkpoints = new JobCheckpoints();
  private final List<WorkerPool> pools = new ArrayList<>();
  private final List<Executor> executors = new ArrayList<>();
  private final SpillDirectory spill;
  private final Coordinator coordinator;

  private EmbeddedEngine(EngineSettings settings) {
    spill = new SpillDirectory(settings.spillDirectory());
    Clock clock = new SystemClock();
    Mailboxes mailboxes = new InlineMailboxes();
    for (int id = 0; id < settings.executors(); id++) {
      int executor = id;
      RunQueue queue = new RunQueue();
      WorkerPool pool =
          new WorkerPool("sluice-executor-" + id, queue, settings.slots(), settings.maxSlots());
      pools.add(pool);
      ExecutorWorld world =
          new ExecutorWorld(
              id,
              clock,
              timers,
              mailboxes,
              transport,
              queue,
              pool,
              (jobId, budget) -> store(executor, jobId, budget),
              checkpoints,
              loaders::get);
      executors.add(new Executor(world));
      attach(id, executors.get(id), new Openers(clock, timers, transport, mailboxes));
    }
    List<Integer> numbers = IntStream.range(0, settings.executors()).boxed().toList();
    coordinator =
        new Coordinator(
            new CoordinatorWorld(
                transport, mailboxes, () -> numbers, checkpoints, background, this::forget));
    transport.attach(Address.COORDINATOR, m -> coordinator.receive((ToCoordinator) m));
  }

  private void forget(String jobId) {
    loaders.remove(jobId);
    checkpoints.remove(jobId);
  }

  private BlockStore store(int executor, String jobId, long budget) {
    return new BlockStore(jobId + "-" + executor, new MemoryBudget(budget), spill);
  }

  private void attach(int id, Executor executor, Openers openers) {
    transport.attach(new Address(id), message -> dispatch(message, executor, openers));
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

  /** Makes an engine; its threads are daemons. */
  public static EmbeddedEngine start(EngineSettings settings) {
    return new EmbeddedEngine(settings);
  }

  /** Begins a job with the context class loader of the calling thread. */
  public JobHandle submit(JobGraph graph, JobListener listener) {
    return submit(graph, listener, Thread.currentThread().getContextClassLoader());
  }

  /**
   * Begins a job.
   *
   * @param loader the context class loader of all calls of user code
   * @throws IllegalArgumentException if the job asks for what this version cannot do
   */
  public JobHandle submit(JobGraph graph, JobListener listener, ClassLoader loader) {
    Coordinator.check(graph, false);
    String jobId = ids.next(graph.name());
    return submit(JobStart.anew(jobId), graph, listener, loader);
  }

  /**
   * Begins a job that keeps checkpoints, or resumes it from one.
   *
   * @param loader the context class loader of all calls of user code
   * @throws IllegalArgumentException if the job asks for what this version cannot do
   * @throws IOException if the storage, the choice of the checkpoint and the job do not go
   *     together, or what was asked for is damaged; nothing has begun then
   */
  public JobHandle submit(
      JobGraph graph, JobListener listener, ClassLoader loader, CheckpointSettings settings)
      throws IOException {
    Coordinator.check(graph, true);
    String jobId = ids.next(graph.name());
    JobStart start = checkpoints.begin(jobId, graph, settings, UUID.randomUUID().toString());
    return submit(start, checkpoints.graph(jobId), listener, loader);
  }

  private JobHandle submit(
      JobStart start, JobGraph graph, JobListener listener, ClassLoader loader) {
    loaders.put(start.jobId(), loader == null ? EmbeddedEngine.class.getClassLoader() : loader);
    return coordinator.submit(start, graph, listener);
  }

  /** What the executors hold at a moment, for tests: after the end of all jobs nothing. */
  public List<ExecutorSnapshot> inspect() {
    List<ExecutorSnapshot> snapshots = new ArrayList<>();
    for (Executor executor : executors) {
      CompletableFuture<ExecutorSnapshot> snapshot = new CompletableFuture<>();
      executor.inspect(snapshot::complete);
      snapshots.add(snapshot.join());
    }
    return snapshots;
  }

  /** Cancels what still runs, waits for its end, and ends all threads. */
  @Override
  public void close() {
    try {
      List<JobHandle> left = new ArrayList<>();
      coordinator.running().forEach(left::add);
      left.forEach(JobHandle::cancel);
      for (JobHandle job : left) {
        job.await(Duration.ZERO);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      pools.forEach(WorkerPool::close);
      background.close();
      timers.close();
      closeSpill();
    }
  }

  private void closeSpill() {
    try {
      spill.close();
    } catch (IOException e) {
      LOG.warn("cannot delete {}", spill.location(), e);
    }
  }
}
