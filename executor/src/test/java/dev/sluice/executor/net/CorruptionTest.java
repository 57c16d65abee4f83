package dev.sluice.executor.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.executor.block.BlockStore;
import dev.sluice.executor.block.BlockWriter;
import dev.sluice.executor.block.MemoryBudget;
import dev.sluice.executor.fixtures.Event;
import dev.sluice.executor.fixtures.EventCodec;
import dev.sluice.executor.fixtures.MemoryStorage;
import dev.sluice.executor.transport.Address;
import dev.sluice.executor.transport.Assignment;
import dev.sluice.executor.transport.JobPlan;
import dev.sluice.executor.transport.Message;
import dev.sluice.executor.transport.SentBlock;
import dev.sluice.executor.transport.ToExecutor.StageReleased;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bytes that change on their way, whatever they belong to: the connection is lost, comes back, and
 * in the end every message has arrived once, in order, as it was.
 */
class CorruptionTest {
  private static final int MESSAGES = 400;
  private static final int RECORDS = 100;
  private static final Address SENDER = new Address(0);
  private static final Address READER = new Address(1);

  /** Frames whose length was changed never end: they are not waited for long. */
  private static final NetLimits LIMITS =
      new NetLimits(256 << 10, 1 << 30, 1 << 20, 100_000, 1_000, 60_000, 200, 256);

  /** Changes one byte of so many on average. */
  private static final class Noise implements Wire.Watch {
    private final Random random;
    private final int oneOf;
    private final AtomicInteger changed = new AtomicInteger();

    Noise(long seed, int oneOf) {
      this.random = new Random(seed);
      this.oneOf = oneOf;
    }

    @Override
    public synchronized void passing(boolean toNode, byte[] bytes, int length) {
      if (random.nextInt(oneOf) < length) {
        bytes[random.nextInt(length)] ^= (byte) (1 << random.nextInt(8));
        changed.incrementAndGet();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyMessageArrivesOnceAsItWas(boolean compress) throws Exception {
    BlockingQueue<String> troubles = new LinkedBlockingQueue<>();
    BlockingQueue<Message> received = new LinkedBlockingQueue<>();
    Noise noise = new Noise(compress ? 1 : 2, 60_000);
    BlockStore sent = store("sent");
    BlockStore kept = store("kept");
    JobIntake intake = new JobIntake();
    intake.open(
        new JobPlan(
            "job", 1, FlowControlTest.graph(), Assignment.over(List.of(0, 1)), 0, false, 0, 0),
        kept);
    Listening listener = new Listening(troubles);
    Duration patience = Duration.ofSeconds(60);
    try (NetNode reader = node(READER, compress);
        NetNode writer = node(SENDER, compress);
        NettyTransport in = new NettyTransport(reader, intake, listener, patience);
        NettyTransport out = new NettyTransport(writer, new JobIntake(), listener, patience);
        Wire wire = new Wire(reader.port(), noise)) {
      in.attach(READER, received::add);
      out.attach(SENDER, message -> {});
      out.place(READER, wire.at());
      for (int i = 0; i < MESSAGES; i++) {
        out.send(SENDER, READER, message(i, sent));
      }
      for (int i = 0; i < MESSAGES; i++) {
        StageReleased message = (StageReleased) received.poll(60, TimeUnit.SECONDS);
        assertThat(message).as("message %s; troubles: %s", i, troubles).isNotNull();
        assertThat(message.batch()).isEqualTo(i);
        long[] next = {(long) i * RECORDS};
        message
            .blocks()
            .get(0)
            .block()
            .drain(record -> assertThat(record).isEqualTo(event(next[0]++)));
        assertThat(next[0]).isEqualTo((i + 1L) * RECORDS);
      }
    }
    assertThat(received).isEmpty();
    assertThat(troubles).isEmpty();
    assertThat(noise.changed.get()).as("changed bytes").isGreaterThan(5);
    assertThat(sent.budget().used()).isZero();
    assertThat(kept.budget().used()).isZero();
  }

  private static StageReleased message(int number, BlockStore store) throws Exception {
    BlockWriter writer = store.writer(new EventCodec(), true);
    for (int i = 0; i < RECORDS; i++) {
      writer.append(event((long) number * RECORDS + i));
    }
    List<SentBlock> blocks = List.of(new SentBlock(0, 0, 0, writer.seal()));
    return new StageReleased("job", number, 0, new int[] {0}, new long[][] {{0}}, blocks);
  }

  private static Event event(long number) {
    return new Event("key" + number % 17, number, 3 * number);
  }

  private static BlockStore store(String name) {
    return new BlockStore(name, new MemoryBudget(64 << 20), new MemoryStorage());
  }

  private static NetNode node(Address self, boolean compress) throws Exception {
    NetSettings settings = NetSettings.loopback().withLimits(LIMITS).withCompress(compress);
    ClassLoader loader = CorruptionTest.class.getClassLoader();
    return NetNode.start(
        new NetWorld(settings, job -> loader), Peer.executor(self.executor()), LinkAcceptor.NONE);
  }

  private record Listening(BlockingQueue<String> troubles) implements TransportListener {
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
