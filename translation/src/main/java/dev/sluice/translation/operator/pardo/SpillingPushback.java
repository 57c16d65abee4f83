package dev.sluice.translation.operator.pardo;

import dev.sluice.executor.api.Grouping;
import dev.sluice.executor.api.Inventory;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.OperatorContext;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;

/**
 * Waiting elements of a bounded job whose whole input comes in one batch: nearly all of it may have
 * to wait, since its side inputs are complete only at the end of time, and it may be many times the
 * memory. So it goes where groupings go, in the order it came, and waits until everything of it may
 * be processed; until then all that comes later queues behind it.
 *
 * <p>In no snapshot, as with groupings of the whole input: one that is asked for meanwhile is
 * refused.
 */
final class SpillingPushback implements Pushback {
  /** One queue: everything has the same key. */
  private static final Key QUEUE = Key.of(new byte[0]);

  private final PushbackCodec codec;
  private final OperatorContext context;
  private final Set<BoundedWindow> windows = new LinkedHashSet<>();
  private Grouping queue; // null if nothing waits
  private long minTimestamp = Long.MAX_VALUE;

  SpillingPushback(PushbackCodec codec, OperatorContext context) {
    this.codec = codec;
    this.context = context;
  }

  @Override
  public boolean isEmpty() {
    return queue == null;
  }

  @Override
  public boolean blocks(Key key) {
    return queue != null;
  }

  @Override
  public long minTimestamp() {
    return minTimestamp;
  }

  @Override
  public void add(Waiting element) throws Exception {
    if (queue == null) {
      queue = context.grouping(codec);
    }
    queue.add(QUEUE.hash(), QUEUE.bytes(), element);
    windows.add(element.window());
    minTimestamp = Math.min(minTimestamp, element.element().getTimestamp().getMillis());
  }

  @Override
  public void retry(Predicate<BoundedWindow> isReady, Processing processing) throws Exception {
    if (queue == null || !windows.stream().allMatch(isReady)) {
      return;
    }
    try (Grouping ready = queue) {
      queue = null;
      windows.clear();
      minTimestamp = Long.MAX_VALUE;
      ready.drain((key, waiting) -> processAll(waiting, processing));
    }
  }

  private static void processAll(Iterable<Object> waiting, Processing processing) throws Exception {
    for (Object element : waiting) {
      processing.process((Waiting) element);
    }
  }

  @Override
  public void snapshot(SnapshotWriter rows, boolean full) {
    if (queue != null) {
      throw new IllegalStateException(
          "step "
              + context.stepName()
              + " holds input of a bounded job that waits for side inputs, which is in no"
              + " checkpoint; checkpoints are taken before or after it");
    }
  }

  @Override
  public void snapshotCommitted(boolean committed) {}

  @Override
  public void restoreRow(int keyGroup, byte[] key, byte[] value) throws Exception {
    throw new IOException(
        "step " + context.stepName() + " was given waiting elements, but keeps none in snapshots");
  }

  @Override
  public void inventory(Inventory to) {
    to.add("waiting queues", queue == null ? 0 : 1);
  }

  @Override
  public void close() {
    if (queue != null) {
      queue.close();
      queue = null;
    }
  }
}
