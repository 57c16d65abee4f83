package dev.sluice.executor.simulation;

import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.JobHandle;
import dev.sluice.executor.api.JobListener;
import dev.sluice.executor.block.BlockStore;
import dev.sluice.executor.block.MemoryBudget;
import dev.sluice.executor.common.Clock;
import dev.sluice.executor.common.InlineMailboxes;
import dev.sluice.executor.common.Mailboxes;
import dev.sluice.executor.common.Timers;
import dev.sluice.executor.coordinator.Coordinator;
import dev.sluice.executor.coordinator.CoordinatorWorld;
import dev.sluice.executor.coordinator.JobStart;
import dev.sluice.executor.fixtures.MemoryStorage;
import dev.sluice.executor.node.CheckpointSettings;
import dev.sluice.executor.node.JobCheckpoints;
import dev.sluice.executor.opener.Openers;
import dev.sluice.executor.task.Executor;
import dev.sluice.executor.task.ExecutorWorld;
import dev.sluice.executor.task.RunQueue;
import dev.sluice.executor.transport.Address;
import dev.sluice.executor.transport.Message;
import dev.sluice.executor.transport.ToCoordinator;
import dev.sluice.executor.transport.ToExecutor;
import dev.sluice.executor.transport.ToOpener;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A cluster of many executors in one thread, in which nothing goes wrong and everything comes in
 * the order in which it was sent: to count what the coordinator is told and says, and to measure
 * the processor time that it takes for that. Its clock goes on by a millisecond per batch.
 */
final class LargeCluster {
  private record Sent(Address from, Address to, Message message) {}

  private record Timer(long at, long order, Runnable action) {}

  /**
   * What has happened until a batch was committed.
   *
   * @param heard messages that the coordinator has got
   * @param said messages that it has sent
   * @param nanos processor time that it has taken, that of commits of checkpoints included
   */
  record Cost(long heard, long said, long nanos) {
    Cost since(Cost before) {
      return new Cost(heard - before.heard, said - before.said, nanos - before.nanos);
    }
  }

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final Deque<Sent> network = new ArrayDeque<>();
  private final Deque<Runnable> background = new ArrayDeque<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparingLong(Timer::at).thenComparingLong(Timer::order));
  private final List<Executor> executors = new ArrayList<>();
  private final List<Openers> openers = new ArrayList<>();
  private final List<RunQueue> queues = new ArrayList<>();
  private final JobCheckpoints checkpoints = new JobCheckpoints();
  private final Mailboxes mailboxes = new InlineMailboxes();
  private final Coordinator coordinator;
  private final TreeMap<Long, Cost> costs = new TreeMap<>();
  private final Map<String, Integer> heardOf = new TreeMap<>();
  private final Map<String, Integer> saidOf = new TreeMap<>();
  private long heard;
  private long said;
  private long coordinatorNanos;
  private long nanos;
  private long order;
  private long nextBatch;

  LargeCluster(int executorCount) {
    for (int id = 0; id < executorCount; id++) {
      add(id);
    }
    List<Integer> all = IntStream.range(0, executorCount).boxed().toList();
    coordinator =
        new Coordinator(
            new CoordinatorWorld(
                this::send, mailboxes, () -> all, checkpoints, background::addLast, job -> {}));
  }

  private void add(int id) {
    RunQueue queue = new RunQueue();
    Clock clock = new PassingClock();
    Timers makesTimers =
        (delay, action) -> {
          boolean[] cancelled = new boolean[1];
          timers.add(
              new Timer(
                  nanos + delay,
                  order++,
                  () -> {
                    if (!cancelled[0]) {
                      action.run();
                    }
                  }));
          return () -> cancelled[0] = true;
        };
    queues.add(queue);
    executors.add(
        new Executor(
            new ExecutorWorld(
                id,
                clock,
                makesTimers,
                mailboxes,
                this::send,
                queue,
                light -> {},
                (job, budget) -> new BlockStore(job, new MemoryBudget(budget), new MemoryStorage()),
                checkpoints,
                job -> LargeCluster.class.getClassLoader())));
    openers.add(new Openers(clock, makesTimers, this::send, mailboxes));
  }

  private void send(Address from, Address to, Message message) {
    if (from.equals(Address.COORDINATOR)) {
      said++;
      saidOf.merge(message.getClass().getSimpleName(), 1, Integer::sum);
    }
    boolean opens =
        message instanceof ToExecutor.InEpoch inEpoch
            && inEpoch.message() instanceof ToExecutor.OpenBatch;
    if (opens && to.executor() == 0) {
      costs.put(nextBatch++ - 1, new Cost(heard, said, coordinatorNanos));
      nanos += 1_000_000;
    }
    network.addLast(new Sent(from, to, message));
  }

  /** Runs a job to its end; returns its cost up to each batch, and at -1 that of its start. */
  TreeMap<Long, Cost> run(JobGraph graph, boolean withCheckpoints) throws IOException {
    JobStart start =
        withCheckpoints
            ? checkpoints.begin("job", graph, CheckpointSettings.in(new MemoryStorage()), "one")
            : JobStart.anew("job");
    JobHandle job = coordinator.submit(start, graph, JobListener.NONE);
    while (!job.state().isTerminal()) {
      step();
    }
    job.failure()
        .ifPresent(
            failure -> {
              throw new AssertionError(failure.stage(), failure.cause());
            });
    return costs;
  }

  /** How many messages of each type the coordinator has got. */
  Map<String, Integer> heardOf() {
    return heardOf;
  }

  /** How many messages of each type the coordinator has sent. */
  Map<String, Integer> saidOf() {
    return saidOf;
  }

  private void step() {
    if (!network.isEmpty()) {
      deliver(network.removeFirst());
    } else if (!background.isEmpty()) {
      atTheCoordinator(background.removeFirst());
    } else if (!runUnits()) {
      Timer next = timers.remove();
      nanos = Math.max(nanos, next.at);
      next.action.run();
    }
  }

  private boolean runUnits() {
    boolean any = false;
    for (RunQueue queue : queues) {
      while (queue.waiting() > 0) {
        queue.take().run();
        any = true;
      }
    }
    return any;
  }

  private void deliver(Sent sent) {
    if (sent.to.equals(Address.COORDINATOR)) {
      heard++;
      heardOf.merge(sent.message.getClass().getSimpleName(), 1, Integer::sum);
      atTheCoordinator(() -> coordinator.receive((ToCoordinator) sent.message));
    } else if (sent.message instanceof ToExecutor toExecutor) {
      executors.get(sent.to.executor()).receive(toExecutor);
    } else {
      openers.get(sent.to.executor()).receive((ToOpener) sent.message);
    }
  }

  private void atTheCoordinator(Runnable work) {
    long before = threads.getCurrentThreadCpuTime();
    work.run();
    coordinatorNanos += threads.getCurrentThreadCpuTime() - before;
  }

  private final class PassingClock implements Clock {
    @Override
    public long wallMillis() {
      return 1_700_000_000_000L + nanos / 1_000_000;
    }

    @Override
    public long nanos() {
      return nanos;
    }
  }
}
