package dev.sluice.translation.operator.pardo;

import dev.sluice.executor.api.Inventory;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.translation.operator.Key;
import java.util.function.Predicate;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;

/**
 * Elements that wait for views, in the order they came. Part of the step's state. One thread.
 *
 * <p>Elements of one key keep their order: while one of them waits, {@link #blocks} says that later
 * ones shall queue behind it.
 */
interface Pushback {
  /** The table of the rows in snapshots. */
  String TABLE = "pushback";

  /** Processes an element whose wait is over. */
  @FunctionalInterface
  interface Processing {
    /** Processes it; what it needs is ready. */
    void process(Waiting waiting) throws Exception;
  }

  /** Whether nothing waits. */
  boolean isEmpty();

  /**
   * Whether an element has to queue behind one that waits, ready or not.
   *
   * @param key its key, null if the step is not keyed
   */
  boolean blocks(Key key);

  /** The least timestamp of a waiting element; {@code Long.MAX_VALUE} if none waits. */
  long minTimestamp();

  /**
   * Lets an element wait. It is in one window.
   *
   * @throws Exception if it cannot be stored
   */
  void add(Waiting element) throws Exception;

  /**
   * Processes what need not wait any more, in order.
   *
   * @param isReady whether elements of a main window may be processed
   * @throws Exception what the processing threw
   */
  void retry(Predicate<BoundedWindow> isReady, Processing processing) throws Exception;

  /** See {@link dev.sluice.translation.operator.Operator#snapshot}. */
  void snapshot(SnapshotWriter rows, boolean full) throws Exception;

  /** See {@link dev.sluice.translation.operator.Operator#snapshotCommitted}. */
  void snapshotCommitted(boolean committed);

  /** Takes a row of {@link #TABLE}. */
  void restoreRow(int keyGroup, byte[] key, byte[] value) throws Exception;

  /** See {@link dev.sluice.translation.operator.Operator#inventory}. */
  void inventory(Inventory to);

  /** Gives back what it holds. */
  void close();
}
