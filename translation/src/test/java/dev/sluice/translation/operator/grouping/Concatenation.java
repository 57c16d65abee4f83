package dev.sluice.translation.operator.grouping;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.Combine.CombineFn;
import org.apache.beam.sdk.util.AppliedCombineFn;

/**
 * Joins strings in their order (of the alphabet, not of arrival): a combine with mutable
 * accumulators.
 */
final class Concatenation extends CombineFn<String, List<String>, String> {
  private static final long serialVersionUID = 1;

  static AppliedCombineFn<Object, String, List<String>, String> applied() {
    return AppliedCombineFn.withAccumulatorCoder(
        new Concatenation(), ListCoder.of(StringUtf8Coder.of()));
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  static Combining reduction() {
    return new Combining((Coder) StringUtf8Coder.of(), (AppliedCombineFn) applied());
  }

  @Override
  public List<String> createAccumulator() {
    return new ArrayList<>();
  }

  @Override
  public List<String> addInput(List<String> accumulator, String input) {
    accumulator.add(input);
    return accumulator;
  }

  @Override
  public List<String> mergeAccumulators(Iterable<List<String>> accumulators) {
    List<String> merged = null;
    for (List<String> accumulator : accumulators) {
      if (merged == null) {
        merged = accumulator;
      } else {
        merged.addAll(accumulator);
      }
    }
    return merged == null ? createAccumulator() : merged;
  }

  @Override
  public String extractOutput(List<String> accumulator) {
    Collections.sort(accumulator);
    return String.join(",", accumulator);
  }
}
