package dev.sluice.executor.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.executor.api.Exchange;
import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.block.Block;
import dev.sluice.executor.block.BlockStore;
import dev.sluice.executor.block.BlockWriter;
import dev.sluice.executor.block.EncodedPiece;
import dev.sluice.executor.block.MemoryBudget;
import dev.sluice.executor.common.SpillDirectory;
import dev.sluice.executor.fixtures.Event;
import dev.sluice.executor.fixtures.EventCodec;
import dev.sluice.executor.fixtures.GraphBuilder;
import dev.sluice.executor.fixtures.GraphBuilder.From;
import dev.sluice.executor.fixtures.ListSource;
import dev.sluice.executor.fixtures.Programs;
import dev.sluice.executor.transport.Address;
import dev.sluice.executor.transport.Assignment;
import dev.sluice.executor.transport.JobPlan;
import dev.sluice.executor.transport.Message;
import dev.sluice.executor.transport.SentBlock;
import dev.sluice.executor.transport.ToExecutor.StageReleased;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A reader that takes little is sent little, and what waits for it is not held in memory. */
class FlowControlTest {
  private static final int WINDOW = 1 << 20;
  private static final int FRAME = 256 << 10;
  private static final int MESSAGES = 100;
  private static final int RECORDS = 256;
  private static final String KEY = "k".repeat(1000);

  /** All besides blocks: handshakes, heads of messages, what stands before pieces and frames. */
  private static final int OVERHEAD = 128 << 10;

  private static final Address SENDER = new Address(0);
  private static final Address READER = new Address(1);
  private static final NetLimits LIMITS =
      new NetLimits(FRAME, 1 << 30, WINDOW, 100_000, 10_000, 10_000, 30_000, 256);

  @TempDir Path directory;

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final BlockingQueue<String> troubles = new LinkedBlockingQueue<>();
  private final BlockingQueue<Message> received = new LinkedBlockingQueue<>();

  @AfterEach
  void close() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  private <T extends AutoCloseable> T closing(T resource) {
    open.push(resource);
    return resource;
  }

  private NetNode node(Address self) throws Exception {
    NetSettings settings = NetSettings.loopback().withLimits(LIMITS);
    ClassLoader loader = FlowControlTest.class.getClassLoader();
    return closing(
        NetNode.start(
            new NetWorld(settings, job -> loader),
            Peer.executor(self.executor()),
            LinkAcceptor.NONE));
  }

  private NettyTransport transport(NetNode node, JobIntake intake, Duration patience) {
    return closing(new NettyTransport(node, intake, new Listener(), patience));
  }

  private BlockStore store(String name) {
    return new BlockStore(name, new MemoryBudget(0), closing(new SpillDirectory(directory)));
  }

  static JobGraph graph() {
    GraphBuilder g = GraphBuilder.streaming("job");
    int read = g.source("read", ListSource.of(List.of(new ArrayList<Event>())));
    g.stage("sum", 1, Programs.runningSum(), From.of(read, Exchange.KEYED));
    return g.build();
  }

  private static Block block(BlockStore store, int message) throws Exception {
    BlockWriter writer = store.writer(new EventCodec(), true);
    for (int i = 0; i < RECORDS; i++) {
      writer.append(new Event(KEY, message * RECORDS + i, i));
    }
    return writer.seal();
  }

  private static long bytes(Block block) throws IOException {
    long bytes = 0;
    for (EncodedPiece piece : block.encodedPieces()) {
      bytes += piece.load().stream().mapToLong(ByteBuffer::remaining).sum();
    }
    return bytes;
  }

  private static StageReleased message(int number, List<SentBlock> blocks) {
    return new StageReleased("job", number, 0, new int[] {0}, new long[][] {{0}}, blocks);
  }

  @Test
  void aSlowReaderIsSentNoMoreThanTheWindow() throws Exception {
    Semaphore mayTake = new Semaphore(0);
    AtomicInteger taken = new AtomicInteger();
    AtomicLong most = new AtomicLong();
    long[] size = new long[1];
    BlockStore sent = closing(store("sent"));
    BlockStore kept = closing(store("kept"));
    JobIntake intake = new JobIntake();
    intake.open(
        new JobPlan("job", 1, graph(), Assignment.over(List.of(0, 1)), 0, false, 0, 0), kept);
    NetNode reader = node(READER);
    transport(reader, intake, Duration.ofSeconds(10))
        .attach(
            READER,
            message -> {
              mayTake.acquireUninterruptibly();
              received.add(message);
              taken.incrementAndGet();
            });
    AtomicLong came = new AtomicLong();
    Wire wire =
        closing(
            new Wire(
                reader.port(),
                (toNode, bytes, length) -> {
                  if (toNode) {
                    long wanted = (taken.get() + 1L) * size[0]; // one more is being handed over
                    most.accumulateAndGet(came.addAndGet(length) - wanted, Math::max);
                  }
                }));
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < MESSAGES; i++) {
      blocks.add(block(sent, i));
    }
    size[0] = bytes(blocks.get(0));
    assertThat(MESSAGES * size[0]).as("there is a lot to send").isGreaterThan(20L * WINDOW);
    assertThat(sent.budget().used()).as("what waits is on disk").isLessThan(WINDOW);

    NettyTransport sender = transport(node(SENDER), new JobIntake(), Duration.ofSeconds(10));
    sender.attach(SENDER, message -> {});
    sender.place(READER, wire.at());
    for (int i = 0; i < MESSAGES; i++) {
      sender.send(SENDER, READER, message(i, List.of(new SentBlock(0, 0, 0, blocks.get(i)))));
    }
    for (int i = 0; i < MESSAGES; i++) {
      // the window is used as far as whole frames fit into it
      long full = Math.min(MESSAGES * size[0], i * size[0] + WINDOW - FRAME);
      await(() -> wire.passed() >= full);
      mayTake.release();
      StageReleased message = (StageReleased) received.poll(20, TimeUnit.SECONDS);
      assertThat(message.batch()).isEqualTo(i);
      drained(message, i);
    }
    assertThat(most.get()).isLessThanOrEqualTo(WINDOW + OVERHEAD);
    await(() -> sent.budget().used() == 0); // acknowledged
    assertThat(kept.budget().used()).isZero();
    assertThat(troubles).isEmpty();
  }

  private static void drained(StageReleased message, int number) throws Exception {
    long[] next = {(long) number * RECORDS};
    message
        .blocks()
        .get(0)
        .block()
        .drain(record -> assertThat(((Event) record).value()).isEqualTo(next[0]++));
    assertThat(next[0]).isEqualTo((number + 1L) * RECORDS);
  }

  @Test
  void aLostConnectionMayComeBackForAsLongAsIsSaid() throws Exception {
    NetNode reader = node(READER);
    transport(reader, new JobIntake(), Duration.ofSeconds(10)).attach(READER, received::add);
    Wire wire = closing(new Wire(reader.port(), Wire.Watch.NONE));
    NettyTransport patient = transport(node(SENDER), new JobIntake(), Duration.ofDays(1));
    patient.place(READER, wire.at());
    Address other = new Address(2);
    NettyTransport hasty = transport(node(other), new JobIntake(), Duration.ofMillis(100));
    hasty.place(READER, wire.at());
    patient.send(SENDER, READER, message(1, List.of()));
    hasty.send(other, READER, message(1, List.of()));
    for (int i = 0; i < 2; i++) {
      assertThat(received.poll(20, TimeUnit.SECONDS)).isNotNull();
    }

    wire.cut();
    assertThat(troubles.poll(20, TimeUnit.SECONDS)).contains("is unreachable");
    patient.send(SENDER, READER, message(2, List.of()));
    wire.mend();
    StageReleased after = (StageReleased) received.poll(20, TimeUnit.SECONDS);
    assertThat(after.batch()).isEqualTo(2);
    assertThat(troubles).as("only the hasty one gave up").isEmpty();
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.onSpinWait();
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
