package dev.sluice.executor.block;

import dev.sluice.executor.api.RecordConsumer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A block that several hold: whoever made it may need to send it again while a consumer has it. The
 * last share that is drained or released hands memory and disk space back.
 *
 * <p>Each share is used by one thread at a time; different shares of an encoded block may be read
 * at the same time.
 */
public final class SharedBlock implements Block {
  /** How many shares there are. */
  private static final class Count {
    private final Block block;
    private final AtomicInteger shares = new AtomicInteger(1);

    Count(Block block) {
      this.block = block;
    }

    void leave() {
      if (shares.decrementAndGet() == 0) {
        block.release();
      }
    }
  }

  private final Count count;
  private final AtomicBoolean left = new AtomicBoolean();

  private SharedBlock(Count count) {
    this.count = count;
  }

  /** The first share of a block, which is this share's from now on. */
  public static SharedBlock of(Block block) {
    return block instanceof SharedBlock shared ? shared : new SharedBlock(new Count(block));
  }

  /**
   * Another share.
   *
   * @throws IllegalStateException if this share has been drained or released
   */
  public SharedBlock share() {
    if (left.get()) {
      throw new IllegalStateException("a share of a block that was handed back");
    }
    count.shares.incrementAndGet();
    return new SharedBlock(count);
  }

  @Override
  public long records() {
    return count.block.records();
  }

  @Override
  public int crc32c() {
    return count.block.crc32c();
  }

  @Override
  public List<EncodedPiece> encodedPieces() {
    return count.block.encodedPieces();
  }

  @Override
  public void read(RecordConsumer consumer) throws Exception {
    if (!left.get()) {
      count.block.read(consumer);
    }
  }

  @Override
  public void drain(RecordConsumer consumer) throws Exception {
    if (left.get()) {
      return;
    }
    try {
      count.block.read(consumer);
    } finally {
      release();
    }
  }

  @Override
  public void release() {
    if (left.compareAndSet(false, true)) {
      count.leave();
    }
  }

  @Override
  public String toString() {
    return "a share of " + count.block;
  }
}
