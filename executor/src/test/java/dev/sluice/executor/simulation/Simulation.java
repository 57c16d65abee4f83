package dev.sluice.executor.simulation;

import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.JobHandle;
import dev.sluice.executor.api.JobListener;
import dev.sluice.executor.api.Storage;
import dev.sluice.executor.block.Block;
import dev.sluice.executor.block.BlockStore;
import dev.sluice.executor.block.MemoryBudget;
import dev.sluice.executor.common.Clock;
import dev.sluice.executor.common.Mailbox;
import dev.sluice.executor.common.Mailboxes;
import dev.sluice.executor.common.Timers;
import dev.sluice.executor.coordinator.Checkpoints;
import dev.sluice.executor.coordinator.Coordinator;
import dev.sluice.executor.coordinator.CoordinatorWorld;
import dev.sluice.executor.coordinator.JobStart;
import dev.sluice.executor.fixtures.MemoryStorage;
import dev.sluice.executor.node.CheckpointSettings;
import dev.sluice.executor.node.JobCheckpoints;
import dev.sluice.executor.opener.Openers;
import dev.sluice.executor.task.Executor;
import dev.sluice.executor.task.ExecutorSnapshot;
import dev.sluice.executor.task.ExecutorWorld;
import dev.sluice.executor.task.RunQueue;
import dev.sluice.executor.transport.Address;
import dev.sluice.executor.transport.Message;
import dev.sluice.executor.transport.Receiver;
import dev.sluice.executor.transport.ToCoordinator;
import dev.sluice.executor.transport.ToExecutor;
import dev.sluice.executor.transport.ToOpener;
import dev.sluice.executor.transport.Transport;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A cluster in one thread (DESIGN C9): coordinator, openers and executors as they are, over a
 * clock, timers, mailboxes, a transport and task pools that only do something when a seeded
 * scheduler picks them. The same seed gives the same run.
 *
 * <p>What can happen next at any moment: the head of a channel between two addresses is delivered;
 * the head of a mailbox is handled; an executor runs the most urgent unit of its queue; the clock
 * goes on a little, or to the next timer. Faults are a matter of {@link Faults}, asked before each
 * delivery and each unit.
 */
final class Simulation {
  /** What goes wrong; nothing by default. */
  interface Faults {
    /** Nothing goes wrong. */
    Faults NONE = new Faults() {};

    /** Whether the head of a channel may be delivered now; what is held back stays in order. */
    default boolean delivers(Address from, Address to, Message message) {
      return true;
    }

    /** Whether an executor may run something now. */
    default boolean runs(int executor) {
      return true;
    }

    /** Where blocks of an executor go that do not stay in memory. */
    default Storage spill(int executor) {
      return new MemoryStorage();
    }

    /** A message is being delivered: its receiver does not have it yet. */
    default void delivering(Address from, Address to, Message message) {}

    /** A message has been delivered: its receiver has it in its mailbox. */
    default void delivered(Address from, Address to, Message message) {}
  }

  /** Sees what happens. */
  interface Observer {
    /** Nobody looks. */
    Observer NONE = new Observer() {};

    /** A message is on its way. */
    default void sent(Address from, Address to, Message message) {}

    /** The checkpoint of a batch is durable, and nobody knows yet. */
    default void durable(long batch) {}
  }

  private record Channel(Address from, Address to) {}

  private static final class SimulatedTimer {
    final Host host;
    final long at;
    final Runnable action;
    boolean cancelled;

    SimulatedTimer(Host host, long at, Runnable action) {
      this.host = host;
      this.at = at;
      this.action = action;
    }

    boolean runs() {
      return host == null || !host.paused;
    }
  }

  private static final class SimulatedMailbox<E> implements Mailbox<E> {
    final Host host;
    final String owner;
    final Consumer<E> handler;
    final Deque<E> events = new ArrayDeque<>();

    SimulatedMailbox(Host host, String owner, Consumer<E> handler) {
      this.host = host;
      this.owner = owner;
      this.handler = handler;
    }

    @Override
    public void post(E event) {
      events.addLast(event);
    }

    boolean runs() {
      return host == null || !host.paused;
    }

    void handleNext() {
      handler.accept(events.removeFirst());
    }
  }

  private static final long START_MILLIS = 1_700_000_000_000L;

  /** Beyond so many steps a simulation hangs. */
  private static final int MAX_STEPS = 500_000;

  private final Random random;
  private final Faults faults;
  private final Observer observer;
  private final Map<Address, Receiver> receivers = new LinkedHashMap<>();
  private final Map<Channel, Deque<Message>> channels = new LinkedHashMap<>();
  private final List<SimulatedMailbox<?>> mailboxes = new ArrayList<>();
  private final List<SimulatedTimer> timers = new ArrayList<>();
  private final Map<Integer, Host> hosts = new LinkedHashMap<>();
  private final Coordinator coordinator;
  private final JobCheckpoints checkpoints = new JobCheckpoints();
  private final Deque<Runnable> background = new ArrayDeque<>();

  /** Channels over which nothing comes at the moment. */
  private final Set<Channel> cut = new LinkedHashSet<>();

  /** Channels on which everything is lost. */
  private final Set<Channel> lost = new LinkedHashSet<>();

  private long nanos;
  private int steps;
  private boolean views;

  /** How many have died without the coordinator knowing it. */
  private int undetected;

  Simulation(long seed, int executorCount, Faults faults) {
    this(seed, executorCount, faults, Observer.NONE);
  }

  Simulation(long seed, int executorCount, Faults faults, Observer observer) {
    this.random = new Random(seed);
    this.faults = faults;
    this.observer = observer;
    for (int id = 0; id < executorCount; id++) {
      addHost(id);
    }
    coordinator =
        new Coordinator(
            new CoordinatorWorld(
                this::send,
                this.new SimulatedMailboxes(null),
                this::alive,
                observedCheckpoints(),
                background::addLast,
                jobId -> {}));
    receivers.put(Address.COORDINATOR, message -> coordinator.receive((ToCoordinator) message));
  }

  /** The process of an executor. */
  private final class Host {
    final int id;
    final RunQueue queue = new RunQueue();
    final Executor executor;
    final Openers openers;
    final Set<String> jobs = new LinkedHashSet<>();

    /** What was sent to it, or made from that, and perhaps not handed back. */
    final List<Block> blocks = new ArrayList<>();

    /** It is a process that runs, or may run again. */
    boolean exists = true;

    /** It takes part: as far as the coordinator knows, it is not dead. */
    boolean alive = true;

    /** Nothing of it runs at the moment. */
    boolean paused;

    /** The coordinator knows it to be dead. */
    boolean buried;

    /** It knows that it was declared dead: it says nothing any more. */
    boolean silent;

    Host(int id) {
      this.id = id;
      Mailboxes mailboxes = Simulation.this.new SimulatedMailboxes(this);
      Timers makesTimers =
          (delay, action) -> {
            SimulatedTimer timer = new SimulatedTimer(this, nanos + delay, action);
            timers.add(timer);
            return () -> timer.cancelled = true;
          };
      Transport transport =
          (from, to, message) -> {
            if (silent) {
              observer.sent(from, to, message); // it believes that it has said so
              drop(message);
            } else {
              send(from, to, message);
            }
          };
      Clock clock = new SimulatedClock(id);
      executor =
          new Executor(
              new ExecutorWorld(
                  id,
                  clock,
                  makesTimers,
                  mailboxes,
                  transport,
                  queue,
                  light -> {},
                  (jobId, budget) ->
                      new BlockStore(jobId, new MemoryBudget(budget), faults.spill(id)),
                  checkpoints,
                  jobId -> Simulation.class.getClassLoader()));
      openers = new Openers(clock, makesTimers, transport, mailboxes);
      receivers.put(
          new Address(id),
          message -> {
            jobs.add(message.jobId());
            blocks.addAll(BlocksOfMessages.of(message));
            if (message instanceof ToExecutor toExecutor) {
              executor.receive(toExecutor);
            } else {
              openers.receive((ToOpener) message);
            }
          });
    }
  }

  private void addHost(int id) {
    hosts.put(id, new Host(id));
  }

  /** The numbers of the executors that take part. */
  List<Integer> alive() {
    return hosts.values().stream().filter(host -> host.alive).map(host -> host.id).toList();
  }

  /** The numbers of the executors that are paused and were not declared dead. */
  List<Integer> paused() {
    return hosts.values().stream()
        .filter(host -> host.alive && host.paused)
        .map(host -> host.id)
        .toList();
  }

  /**
   * Kills an executor: nothing of it runs any more. Of what it has sent, some may still arrive; the
   * coordinator learns of the death later.
   */
  void kill(int id) {
    Host host = hosts.get(id);
    boolean known = !host.alive;
    host.exists = false;
    host.alive = false;
    receivers.put(new Address(id), Simulation::drop);
    host.blocks.forEach(Block::release);
    mailboxes.removeIf(mailbox -> mailbox.host == host);
    timers.removeIf(timer -> timer.host == host);
    channels.forEach(
        (channel, messages) -> {
          if (channel.from().executor() == id) {
            int arrive = random.nextInt(messages.size() + 1);
            while (messages.size() > arrive) {
              drop(messages.removeLast());
            }
          }
        });
    cut.removeIf(channel -> channel.from().executor() == id || channel.to().executor() == id);
    if (!known) {
      undetected++;
      after(
          random.nextInt(20_000_000),
          () -> {
            undetected--;
            bury(host);
          });
    }
  }

  /** An executor says that it leaves, and is gone: the coordinator knows at once. */
  void leave(int id) {
    undetected++;
    kill(id);
    undetected--;
    bury(hosts.get(id));
  }

  /** The clock shows this time at least; a drain had let it run ahead in an earlier life. */
  void notBefore(long millis) {
    nanos = Math.max(nanos, (millis - START_MILLIS) * 1_000_000);
  }

  /** From now on the coordinator does not listen to it: it has closed their connection. */
  private void bury(Host host) {
    host.buried = true;
    coordinator.died(host.id);
  }

  /** Nothing of an executor runs from now on, until it is resumed. */
  void pause(int id) {
    hosts.get(id).paused = true;
  }

  /** An executor that was paused goes on as if nothing had been. */
  void resume(int id) {
    hosts.get(id).paused = false;
  }

  /**
   * An executor is declared dead and lives on, perhaps paused for some time. Later it is told: it
   * says nothing any more then, and gives its jobs up.
   */
  void declareDead(int id) {
    Host host = hosts.get(id);
    host.alive = false;
    bury(host);
    after(
        random.nextInt(40_000_000),
        () -> {
          host.paused = false;
          after(random.nextInt(20_000_000), () -> tell(host));
        });
  }

  private static void drop(Message message) {
    BlocksOfMessages.of(message).forEach(Block::release);
  }

  private void tell(Host host) {
    if (host.exists) {
      host.silent = true;
      receivers.put(new Address(host.id), Simulation::drop);
      for (String job : host.jobs) {
        host.openers.receive(new ToOpener.EndOpening(job));
        host.executor.receive(new ToExecutor.StopJob(job, true, -1));
      }
    }
  }

  /** For some time nothing comes from one to the other; afterwards everything does, in order. */
  void cut(Address from, Address to, long forNanos) {
    Channel channel = new Channel(from, to);
    if (cut.add(channel)) {
      after(forNanos, () -> cut.remove(channel));
    }
  }

  /** Nothing comes from one to the other any more: what is sent is lost. */
  void lose(Address from, Address to) {
    Channel channel = new Channel(from, to);
    lost.add(channel);
    Deque<Message> underWay = channels.get(channel);
    if (underWay != null) {
      underWay.forEach(Simulation::drop);
      underWay.clear();
    }
  }

  /** Lets an executor handle everything that it has been given. */
  void handleAll(int id) {
    boolean any = true;
    while (any) {
      any = false;
      for (SimulatedMailbox<?> mailbox : List.copyOf(mailboxes)) {
        if (mailbox.host != null && mailbox.host.id == id && !mailbox.events.isEmpty()) {
          mailbox.handleNext();
          any = true;
        }
      }
    }
  }

  /** A new executor joins; its number was never given before. */
  void join() {
    int id = hosts.size();
    addHost(id);
    coordinator.running().forEach(job -> coordinator.joined(job.jobId(), id));
  }

  private Checkpoints observedCheckpoints() {
    return new Checkpoints() {
      @Override
      public String commit(String jobId, long batch) throws IOException {
        String name = checkpoints.commit(jobId, batch);
        observer.durable(batch);
        return name;
      }

      @Override
      public void abort(String jobId, long batch) {
        checkpoints.abort(jobId, batch);
      }
    };
  }

  /** Finds out where a job with checkpoints begins; it is to be submitted then. */
  JobStart begin(String jobId, JobGraph graph, CheckpointSettings settings, String incarnation)
      throws IOException {
    return checkpoints.begin(jobId, graph, settings, incarnation);
  }

  /** A job that has {@linkplain #begin begun}, as it is laid out. */
  JobGraph laidOut(String jobId) {
    return checkpoints.graph(jobId);
  }

  JobHandle submit(JobStart start, JobGraph graph, JobListener listener) {
    views |= !graph.views().isEmpty();
    return coordinator.submit(start, graph, listener);
  }

  /** Steps until the job has ended, checking invariants after every step. */
  void runToEnd(JobHandle job) {
    while (!job.state().isTerminal()) {
      step();
      checkInvariants();
    }
    drainLeftovers();
    for (Host host : hosts.values()) {
      Executor executor = host.executor;
      boolean runs = host.exists && !host.paused && (host.alive || host.silent);
      require(
          !runs || executor.snapshot().jobs().isEmpty(),
          () -> "jobs are left: " + executor.snapshot());
      require(!runs || host.queue.waiting() == 0, () -> "units are left");
      require(
          !runs || timers.stream().noneMatch(timer -> timer.host == host),
          () -> "timers are left in executor " + host.id);
    }
  }

  /** Steps {@code count} times. */
  void run(int count) {
    for (int i = 0; i < count; i++) {
      step();
      checkInvariants();
    }
  }

  /** Steps while the job goes on and a condition holds; what is under way then is just left. */
  void runWhile(JobHandle job, BooleanSupplier condition) {
    while (!job.state().isTerminal() && condition.getAsBoolean()) {
      step();
      checkInvariants();
    }
  }

  private void drainLeftovers() {
    boolean zombies = true;
    while (zombies) {
      while (!enabled().isEmpty()) {
        step();
      }
      timers.removeIf(timer -> timer.cancelled);
      zombies = timers.stream().anyMatch(timer -> timer.host == null);
      if (zombies) {
        step();
      }
    }
  }

  /** Whether anything can happen without waiting for what is paused. */
  boolean canStep() {
    return !enabled().isEmpty() || timers.stream().anyMatch(SimulatedTimer::runs);
  }

  private void step() {
    require(++steps < MAX_STEPS, () -> "the simulation does not end: " + describe());
    List<Runnable> enabled = enabled();
    boolean timePasses = enabled.isEmpty() || random.nextInt(20) == 0;
    if (timePasses) {
      passTime(enabled.isEmpty());
    } else {
      enabled.get(random.nextInt(enabled.size())).run();
    }
  }

  /** Everything that can happen now, in an order that follows from the seed alone. */
  private List<Runnable> enabled() {
    List<Runnable> enabled = new ArrayList<>();
    channels.forEach(
        (channel, messages) -> {
          if (!messages.isEmpty()
              && !cut.contains(channel)
              && !isPaused(channel.to())
              && faults.delivers(channel.from(), channel.to(), messages.getFirst())) {
            enabled.add(() -> deliver(channel, messages.removeFirst()));
          }
        });
    for (SimulatedMailbox<?> mailbox : mailboxes) {
      if (!mailbox.events.isEmpty() && mailbox.runs()) {
        enabled.add(mailbox::handleNext);
      }
    }
    for (Host host : hosts.values()) {
      boolean runs = host.exists && !host.paused && faults.runs(host.id);
      if (runs && host.queue.waiting() > 0) {
        enabled.add(() -> host.queue.take().run());
      }
    }
    if (!background.isEmpty()) {
      enabled.add(() -> background.removeFirst().run());
    }
    timers.removeIf(timer -> timer.cancelled);
    for (SimulatedTimer timer : timers) {
      if (timer.at <= nanos && timer.runs()) {
        enabled.add(() -> fire(timer));
      }
    }
    return enabled;
  }

  private boolean isPaused(Address address) {
    Host host = hosts.get(address.executor());
    return host != null && host.paused;
  }

  /** Nobody listens to the dead: the coordinator has closed their connections. */
  private void deliver(Channel channel, Message message) {
    Host from = hosts.get(channel.from().executor());
    if (from != null && from.buried && channel.to().equals(Address.COORDINATOR)) {
      drop(message);
      return;
    }
    faults.delivering(channel.from(), channel.to(), message);
    receivers.get(channel.to()).receive(message);
    faults.delivered(channel.from(), channel.to(), message);
  }

  private void fire(SimulatedTimer timer) {
    timers.remove(timer);
    timer.action.run();
  }

  /** Lets a little time pass, or all the time until something happens. */
  private void passTime(boolean nothingElse) {
    if (!nothingElse) {
      nanos += random.nextInt(5_000_000);
      return;
    }
    long next = Long.MAX_VALUE;
    for (SimulatedTimer timer : timers) {
      next = timer.runs() ? Math.min(next, timer.at) : next;
    }
    require(next != Long.MAX_VALUE, () -> "nothing can happen any more: " + describe());
    nanos = Math.max(nanos, next);
  }

  private void checkInvariants() {
    if (messagesUnderWay()
        || undetected > 0
        || coordinator.isChanging()
        || !paused().isEmpty()
        || isLossUnnoticed()) {
      return;
    }
    long least = Long.MAX_VALUE;
    ExecutorSnapshot.LeastTask task = null;
    for (Executor executor : executors()) {
      for (ExecutorSnapshot.JobSnapshot job : executor.snapshot().jobs()) {
        if (job.life().equals("RUNNING") && job.least() != null) {
          long place = job.least().batch() * 1_000 + job.least().stage();
          if (place < least) {
            least = place;
            task = job.least();
          }
        }
      }
    }
    ExecutorSnapshot.LeastTask stuck = task;
    require(
        task == null || task.busy() || aViewMayBeOnItsWay(),
        () -> "the least task cannot run: " + stuck + " while " + describe());
  }

  /** Whether what somebody waits for was lost, and nobody has noticed yet. */
  private boolean isLossUnnoticed() {
    return lost.stream().anyMatch(c -> isAlive(c.from()) && isAlive(c.to()));
  }

  private boolean isAlive(Address address) {
    Host host = hosts.get(address.executor());
    return host != null && host.alive;
  }

  private boolean messagesUnderWay() {
    for (Deque<Message> messages : channels.values()) {
      if (!messages.isEmpty()) {
        return true;
      }
    }
    for (SimulatedMailbox<?> mailbox : mailboxes) {
      if (!mailbox.events.isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** A view is no task; it stands between tasks. */
  private boolean aViewMayBeOnItsWay() {
    for (Host host : hosts.values()) {
      if (views && host.alive && host.queue.waiting() > 0) {
        return true;
      }
    }
    return false;
  }

  private String describe() {
    StringBuilder text = new StringBuilder();
    for (Executor executor : executors()) {
      text.append(executor.snapshot()).append('\n');
    }
    for (SimulatedMailbox<?> mailbox : mailboxes) {
      text.append(mailbox.owner).append(": ").append(mailbox.events).append('\n');
    }
    return text.toString();
  }

  private static void require(boolean condition, Supplier<String> message) {
    if (!condition) {
      throw new AssertionError(message.get());
    }
  }

  private List<Executor> executors() {
    return hosts.values().stream().filter(host -> host.alive).map(host -> host.executor).toList();
  }

  /** Whether everything that runs has its copies. */
  boolean isRepaired() {
    return undetected == 0 && !coordinatorIsBusy() && coordinator.isRepaired();
  }

  private boolean coordinatorIsBusy() {
    return mailboxes.stream().anyMatch(m -> m.host == null && !m.events.isEmpty());
  }

  int steps() {
    return steps;
  }

  private void send(Address from, Address to, Message message) {
    observer.sent(from, to, message);
    Channel channel = new Channel(from, to);
    if (lost.contains(channel)) {
      drop(message);
    } else {
      channels.computeIfAbsent(channel, c -> new ArrayDeque<>()).addLast(message);
    }
  }

  private Timers.Timer after(long delay, Runnable action) {
    SimulatedTimer timer = new SimulatedTimer(null, nanos + delay, action);
    timers.add(timer);
    return () -> timer.cancelled = true;
  }

  private final class SimulatedMailboxes implements Mailboxes {
    private final Host host;

    SimulatedMailboxes(Host host) {
      this.host = host;
    }

    @Override
    public <E> Mailbox<E> create(String owner, Consumer<E> handler) {
      SimulatedMailbox<E> mailbox = new SimulatedMailbox<>(host, owner, handler);
      mailboxes.add(mailbox);
      return mailbox;
    }
  }

  /** The clock of an executor: no two show the same time. */
  private final class SimulatedClock implements Clock {
    private final long skewMillis;

    SimulatedClock(int executor) {
      skewMillis = -1_000L * executor; // whoever opens batches next is late
    }

    @Override
    public long wallMillis() {
      return START_MILLIS + skewMillis + nanos / 1_000_000;
    }

    @Override
    public long nanos() {
      return nanos;
    }
  }
}
