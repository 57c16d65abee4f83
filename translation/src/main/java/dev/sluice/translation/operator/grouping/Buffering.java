package dev.sluice.translation.operator.grouping;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.beam.runners.core.ReduceFn;
import org.apache.beam.runners.core.SystemReduceFn;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;

/**
 * GroupByKey: the values themselves, in the order of arrival.
 *
 * @param valueCoder coder of the values
 */
record Buffering(Coder<Object> valueCoder) implements Reduction {
  @Override
  @SuppressWarnings("unchecked") // accumulators are lists of values
  public Coder<Object> accumulatorCoder() {
    return (Coder<Object>) (Coder<?>) ListCoder.of(valueCoder);
  }

  @Override
  public boolean runsUserCode() {
    return false;
  }

  @Override
  public boolean inTables() {
    return true;
  }

  @Override
  public Object create() {
    return new ArrayList<>(4);
  }

  @Override
  @SuppressWarnings("unchecked")
  public Object add(Object accumulator, Object value) {
    ((List<Object>) accumulator).add(value);
    return accumulator;
  }

  @Override
  @SuppressWarnings("unchecked")
  public Object merge(Iterable<Object> accumulators) {
    List<Object> all = new ArrayList<>();
    for (Object accumulator : accumulators) {
      all.addAll((List<Object>) accumulator);
    }
    return all;
  }

  @Override
  public Object compact(Object accumulator) {
    return accumulator;
  }

  @Override
  @SuppressWarnings("unchecked")
  public Object extract(Object accumulator) {
    return Collections.unmodifiableList((List<Object>) accumulator);
  }

  @Override
  @SuppressWarnings({"unchecked", "rawtypes"})
  public ReduceFn<Object, Object, Object, BoundedWindow> reduceFn() {
    return (ReduceFn) SystemReduceFn.buffering(valueCoder);
  }
}
