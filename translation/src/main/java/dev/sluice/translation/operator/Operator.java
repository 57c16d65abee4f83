package dev.sluice.translation.operator;

import dev.sluice.executor.api.Inventory;
import dev.sluice.executor.api.SnapshotReader;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.executor.api.TaskReport;
import org.apache.beam.sdk.values.WindowedValue;

/**
 * One step in one partition. Used by one thread at a time; the stage's processor drives it through
 * each micro-batch:
 *
 * <pre>
 *   startBatch                                   input watermark still the old one
 *   process*                                     elements, at the old input watermark
 *   finishBatch(new input watermark)             (1) due processing-time timers, at the old input watermark
 *                                                (2) finish the bundle
 *                                                (3) the input watermark becomes the new one
 *                                                (4) event-time timers, in order, to a fixed point
 *                                                (5) finish bundles opened meanwhile
 *   outputWatermark                              holds included
 * </pre>
 *
 * <p>Steps of a stage are finished in topological order, so a step has got everything of the batch
 * from the steps before it, timers' output included, when its own {@code finishBatch} is called.
 * Output goes by direct calls into {@link OperatorContext#output}, at any time between {@code
 * startBatch} and the end of {@code finishBatch}.
 *
 * <p>Watermarks are milliseconds on Beam's scale: {@code BoundedWindow.TIMESTAMP_MIN_VALUE} to
 * {@code TIMESTAMP_MAX_VALUE}. Before the first batch the input watermark is the minimum.
 */
public interface Operator extends AutoCloseable {
  /**
   * A micro-batch begins. Most batches of most partitions bring nothing: do no work here that the
   * first element could trigger as well.
   *
   * @throws Exception whatever user code throws
   */
  void startBatch() throws Exception;

  /**
   * Takes an element of a main input.
   *
   * @param input number of the main input, in the order of the transform's inputs; 0 but for
   *     Flatten
   * @param key the encoded key if the input is keyed ({@link InputExchange.Keyed}), otherwise null
   * @param element the element; may be in several windows
   * @throws Exception whatever user code throws
   */
  void process(int input, Key key, WindowedValue<?> element) throws Exception;

  /**
   * All elements of the batch have been given; see above.
   *
   * @param inputWatermark the minimum over all main inputs after this batch; never falls
   * @throws Exception whatever user code throws
   */
  void finishBatch(long inputWatermark) throws Exception;

  /**
   * The output watermark after the batch: the input watermark, held back by whatever this step may
   * still emit. Never falls.
   */
  long outputWatermark();

  /**
   * The least processing time at which this step wants a batch, as {@link TaskReport#nextWakeUp()}.
   */
  default long nextWakeUp() {
    return TaskReport.NO_WAKE_UP;
  }

  /** Writes the changed rows, or all; tables carry no step name, the stage's processor adds it. */
  default void snapshot(SnapshotWriter rows, boolean full) throws Exception {}

  /**
   * What became of the last snapshot, as {@link
   * dev.sluice.executor.api.PartitionProcessor#snapshotCommitted}.
   */
  default void snapshotCommitted(boolean committed) {}

  /** Takes the rows of this step, before the first batch. */
  default void restore(SnapshotReader rows) throws Exception {}

  /** The watermarks at the snapshot; called after {@link #restore}. */
  default void restoreWatermarks(long inputWatermark, long outputWatermark) throws Exception {}

  /** Whether the batch that just ended left something to do in {@link #acknowledge}. */
  default boolean wantsAcknowledge() {
    return false;
  }

  /** Batch {@code batch} is safe: bundle finalizers of it and of earlier batches run. */
  default void acknowledge(long batch) throws Exception {}

  /** Counts what is held from batch to batch; the step's name is added to what is counted. */
  default void inventory(Inventory to) {}

  /** Tears down, also after failure; called once. */
  @Override
  void close() throws Exception;
}
