package dev.sluice.translation.operator;

import dev.sluice.executor.api.Grouping;
import dev.sluice.executor.api.RecordCodec;
import java.util.function.Supplier;
import org.apache.beam.runners.core.metrics.MetricsContainerImpl;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * What an operator may ask of the stage around it. Used by the operator's thread, but for {@link
 * #isCancelled}.
 */
public interface OperatorContext {
  /** Full name of the transform, as metrics and errors give it. */
  String stepName();

  /** The pipeline's options. */
  PipelineOptions options();

  /** The partition of the stage. */
  int partition();

  /** How many partitions the stage has. */
  int partitions();

  /** Number of key groups. */
  int maxParallelism();

  /** Where an output goes, numbered as the outputs of the step (main output first). */
  ElementReceiver output(int index);

  /** The life of the job: one more after each restore. */
  default int run() {
    return 0;
  }

  /**
   * Whether snapshots may be asked for; if not, nothing need be kept that only a restore would use.
   */
  default boolean takesSnapshots() {
    return true;
  }

  /**
   * Whether the views that this step feeds have what it has given them before it was restored: it
   * moves to another executor while the job runs.
   */
  default boolean viewsAreKept() {
    return false;
  }

  /** Number of the running batch. */
  long batch();

  /**
   * The processing time of the running batch, milliseconds: the only clock there is. The same
   * during the whole batch.
   */
  long processingTime();

  /** Whether the job is being drained. */
  boolean draining();

  /**
   * Whether the running batch holds the whole input of a bounded job, so that elements may be many
   * times the memory and operators should group with {@link #grouping}.
   */
  boolean wholeInput();

  /**
   * The version, after this batch, of a view that the step reads, numbered as {@link
   * dev.sluice.translation.graph.StepNode#views()}.
   */
  Object view(int index);

  /**
   * The step's metrics of the running batch; the same object during a batch, a fresh one in the
   * next. Setup and teardown, outside batches, count for the next batch that reports.
   */
  MetricsContainerImpl metrics();

  /**
   * The scope in which every call of user code of this step must be, so that it counts in {@link
   * #metrics}. The same object each time.
   */
  StepScope scope();

  /**
   * What all partitions in this executor share under this step's name and {@code name}; closed at
   * the job's end.
   */
  <T> T shared(String name, Supplier<T> make);

  /** How many bytes of elements the job may hold in memory in this executor. */
  long memoryBudget();

  /** Makes a grouping that spills. */
  Grouping grouping(RecordCodec valueCodec);

  /** Whether to stop: the job was cancelled or has failed. Any thread. */
  boolean isCancelled();
}
