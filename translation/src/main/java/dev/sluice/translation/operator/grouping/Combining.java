package dev.sluice.translation.operator.grouping;

import java.util.Arrays;
import org.apache.beam.runners.core.ReduceFn;
import org.apache.beam.runners.core.SystemReduceFn;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.Combine.CombineFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.util.AppliedCombineFn;

/**
 * Combine.PerKey: what a combine function makes of the values.
 *
 * @param valueCoder coder of the values that come in
 * @param combineFn the function with its accumulators' coder
 */
record Combining(
    Coder<Object> valueCoder, AppliedCombineFn<Object, Object, Object, Object> combineFn)
    implements Reduction {
  @Override
  public Coder<Object> accumulatorCoder() {
    return combineFn.getAccumulatorCoder();
  }

  @Override
  public boolean runsUserCode() {
    return true;
  }

  @Override
  public boolean inTables() {
    return combineFn.getFn() instanceof CombineFn;
  }

  @Override
  public Object create() {
    return plain().createAccumulator();
  }

  @Override
  public Object add(Object accumulator, Object value) {
    return plain().addInput(accumulator, value);
  }

  @Override
  public Object merge(Iterable<Object> accumulators) {
    return plain().mergeAccumulators(accumulators);
  }

  @Override
  public Object compact(Object accumulator) {
    return plain().compact(accumulator);
  }

  @Override
  public Object extract(Object accumulator) {
    return plain().extractOutput(accumulator);
  }

  @Override
  @SuppressWarnings({"unchecked", "rawtypes"}) // the key's coder is not looked at
  public ReduceFn<Object, Object, Object, BoundedWindow> reduceFn() {
    return (ReduceFn) SystemReduceFn.combining(null, combineFn);
  }

  private CombineFn<Object, Object, Object> plain() {
    return (CombineFn<Object, Object, Object>) combineFn.getFn();
  }

  /** The same for values that are accumulators already: those of a precombined input. */
  Combining ofAccumulators() {
    return new Combining(
        accumulatorCoder(),
        AppliedCombineFn.withAccumulatorCoder(new Merging(plain()), accumulatorCoder()));
  }

  /** Takes accumulators as input. */
  private static final class Merging extends CombineFn<Object, Object, Object> {
    private static final long serialVersionUID = 1;

    private final CombineFn<Object, Object, Object> fn;

    Merging(CombineFn<Object, Object, Object> fn) {
      this.fn = fn;
    }

    @Override
    public Object createAccumulator() {
      return fn.createAccumulator();
    }

    @Override
    public Object addInput(Object accumulator, Object input) {
      return fn.mergeAccumulators(Arrays.asList(accumulator, input));
    }

    @Override
    public Object mergeAccumulators(Iterable<Object> accumulators) {
      return fn.mergeAccumulators(accumulators);
    }

    @Override
    public Object extractOutput(Object accumulator) {
      return fn.extractOutput(accumulator);
    }

    @Override
    public Object compact(Object accumulator) {
      return fn.compact(accumulator);
    }
  }
}
