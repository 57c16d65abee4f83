package dev.sluice.translation.operator.grouping;

import java.io.Serializable;
import org.apache.beam.runners.core.ReduceFn;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;

/**
 * What the values of a key in a window become. Stateless; the types are erased, since the
 * pipeline's coders have fixed them.
 */
interface Reduction extends Serializable {
  /** Coder of the values. */
  Coder<Object> valueCoder();

  /** Coder of accumulators. */
  Coder<Object> accumulatorCoder();

  /** Whether user code runs in here. */
  boolean runsUserCode();

  /** Whether tables of accumulators can be used; if not, only {@link #reduceFn} can. */
  boolean inTables();

  /** An accumulator of nothing. */
  Object create();

  /** Adds a value to an accumulator, which may be changed and belongs to nobody else. */
  Object add(Object accumulator, Object value);

  /**
   * Merges accumulators, of which the first may be changed.
   *
   * @param accumulators read once, lazily where possible
   */
  Object merge(Iterable<Object> accumulators);

  /** The same accumulator, as small as can be; the given one is not used any more. */
  Object compact(Object accumulator);

  /** What comes out; the accumulator is not used any more. */
  Object extract(Object accumulator);

  /** The same for Beam's {@code ReduceFnRunner}. */
  ReduceFn<Object, Object, Object, BoundedWindow> reduceFn();
}
