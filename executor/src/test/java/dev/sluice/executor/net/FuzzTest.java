package dev.sluice.executor.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.executor.block.Block;
import dev.sluice.executor.transport.ToExecutor.StageReleased;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Changed bytes close a connection and do nothing else; what is allocated stays in proportion to
 * what comes. {@code -Dsluice.fuzz=N} sets the number of inputs of each test.
 */
class FuzzTest {
  private static final int INPUTS = Integer.getInteger("sluice.fuzz", 20_000);
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Far below what the lengths in changed inputs ask for. */
  private static final long MAX_ALLOCATED = 2 << 20;

  private final SplittableRandom random = new SplittableRandom(Long.getLong("sluice.fuzz.seed", 1));

  /** Collects frames, and why the connection was closed. */
  private static final class Collector extends FrameHandler {
    private final List<Frame> frames = new ArrayList<>();
    private Throwable failure;

    @Override
    String who() {
      return "a test";
    }

    @Override
    void failing(Throwable cause) {
      failure = cause;
    }

    @Override
    protected void channelRead0(io.netty.channel.ChannelHandlerContext context, Frame frame) {
      frames.add(frame);
    }
  }

  @Test
  void changedFramesCloseTheirConnection() {
    java.util.logging.Logger log = java.util.logging.Logger.getLogger(FrameHandler.class.getName());
    java.util.logging.Level before = log.getLevel();
    log.setLevel(java.util.logging.Level.OFF); // a line for each of them
    try {
      byte[] valid = validFrames();
      int closed = 0;
      for (int i = 0; i < INPUTS; i++) {
        closed += feed(changed(valid)) ? 1 : 0;
      }
      assertThat(closed).as("of %s", INPUTS).isGreaterThan(INPUTS / 2);
    } finally {
      log.setLevel(before);
    }
  }

  private boolean feed(byte[] input) {
    Collector collector = new Collector();
    FrameDecoder decoder = new FrameDecoder(NetLimits.DEFAULTS);
    decoder.trust();
    EmbeddedChannel channel = new EmbeddedChannel(decoder, collector);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int at = 0; at < input.length && channel.isOpen(); ) {
      int count = Math.min(input.length - at, 1 + random.nextInt(4096));
      channel.writeInbound(Unpooled.wrappedBuffer(input, at, count));
      at += count;
    }
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated).isLessThan(MAX_ALLOCATED);
    boolean failed = collector.failure != null;
    if (failed) {
      assertThat(collector.failure).isInstanceOf(MalformedException.class);
      assertThat(channel.isOpen()).isFalse();
    }
    channel.finishAndReleaseAll();
    return failed;
  }

  private static byte[] validFrames() {
    byte[] text =
        "what compresses well, what compresses well "
            .repeat(40)
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    byte[][] frames = {
      Frames.frame(FrameType.HELLO, false, new byte[60]),
      Frames.frame(FrameType.HEAD, false, text),
      Frames.frame(FrameType.PIECE, true, true, text),
      Frames.frame(FrameType.ACK, false, new LaneFormat.Ack(3, 4).toBytes())
    };
    byte[] all = new byte[Arrays.stream(frames).mapToInt(frame -> frame.length).sum()];
    int at = 0;
    for (byte[] frame : frames) {
      System.arraycopy(frame, 0, all, at, frame.length);
      at += frame.length;
    }
    return all;
  }

  @Test
  void changedMessagesAreReadOrRefused() {
    MessageCodec codec = new MessageCodec(MessageTypes.ALL, new JavaObjects());
    ClassLoader loader = FuzzTest.class.getClassLoader();
    List<byte[]> heads = new ArrayList<>();
    for (Class<?> type : Samples.messageTypes()) {
      heads.add(codec.encode(new Samples().of(type)).head());
    }
    int refused = 0;
    for (int i = 0; i < INPUTS; i++) {
      byte[] input = changed(heads.get(random.nextInt(heads.size())));
      long before = THREADS.getCurrentThreadAllocatedBytes();
      try {
        codec.decode(input, List.of(), loader);
      } catch (MalformedException | UnreadableException e) {
        refused++;
      }
      assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(MAX_ALLOCATED);
    }
    assertThat(refused).isPositive();
  }

  @Test
  void changedHeadsAndPiecesOfALaneAreReadOrRefused() {
    MessageCodec codec = new MessageCodec(MessageTypes.ALL, new ByReference());
    MessageCodec.Encoded encoded = codec.encode(new Samples().of(StageReleased.class));
    List<LaneFormat.BlockPlace> places =
        encoded.attachments().stream().map(LaneFormat::placeOf).toList();
    byte[] head = new LaneFormat.Head(1, "job", places, encoded.head()).toBytes();
    byte[] piece = new byte[100];
    for (int i = 0; i < INPUTS; i++) {
      IncomingMessage message = new IncomingMessage(new JobIntake(), 1 << 20);
      long before = THREADS.getCurrentThreadAllocatedBytes();
      try {
        boolean whole =
            message.take(new Frame(FrameType.HEAD, random.nextInt(9) == 0, changed(head)));
        for (int n = 0; n < 4 && !whole; n++) {
          whole = message.take(new Frame(FrameType.PIECE, random.nextInt(3) == 0, changed(piece)));
        }
        List<Block> blocks = whole ? message.blocks() : List.of();
        assertThat(blocks).allMatch(Block::isEmpty);
      } catch (MalformedException e) {
        message.release();
      } catch (java.io.IOException e) {
        throw new AssertionError("nothing is stored here", e);
      }
      assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(MAX_ALLOCATED);
    }
  }

  /** Flips bits, cuts, doubles, overwrites, or makes something new. */
  private byte[] changed(byte[] valid) {
    byte[] bytes = valid.clone();
    for (int changes = 1 + random.nextInt(3); changes > 0 && bytes.length > 0; changes--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes = Arrays.copyOf(bytes, at);
        case 2 -> bytes[at] = (byte) random.nextInt();
        case 3 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 4), (byte) 0xff);
        case 4 -> {
          byte[] longer = Arrays.copyOf(bytes, bytes.length + 16);
          System.arraycopy(bytes, at, longer, Math.min(longer.length, at + 16), bytes.length - at);
          bytes = longer;
        }
        default -> {
          bytes = new byte[random.nextInt(200)];
          for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) random.nextInt();
          }
        }
      }
    }
    return bytes;
  }
}
