package dev.sluice.integration.differential;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.Combine.CombineFn;

/**
 * Combines to a sorted list of all values: like a grouping, but on the ways of combines. It changes
 * accumulators as freely as a combine function may.
 */
final class Collect extends CombineFn<Integer, List<Integer>, List<Integer>> {
  private static final long serialVersionUID = 1;

  @Override
  public List<Integer> createAccumulator() {
    return new ArrayList<>();
  }

  @Override
  public List<Integer> addInput(List<Integer> accumulator, Integer input) {
    accumulator.add(input);
    return accumulator;
  }

  @Override
  public List<Integer> mergeAccumulators(Iterable<List<Integer>> accumulators) {
    List<Integer> merged = null;
    for (List<Integer> accumulator : accumulators) {
      if (merged == null) {
        merged = accumulator;
      } else {
        merged.addAll(accumulator);
      }
    }
    return merged == null ? createAccumulator() : merged;
  }

  @Override
  public List<Integer> extractOutput(List<Integer> accumulator) {
    Collections.sort(accumulator);
    return new ArrayList<>(accumulator);
  }

  @Override
  public Coder<List<Integer>> getAccumulatorCoder(CoderRegistry registry, Coder<Integer> input) {
    return ListCoder.of(VarIntCoder.of());
  }

  @Override
  public Coder<List<Integer>> getDefaultOutputCoder(CoderRegistry registry, Coder<Integer> input) {
    return ListCoder.of(VarIntCoder.of());
  }
}
