package dev.sluice.translation.state;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import org.apache.beam.sdk.state.CombiningState;
import org.apache.beam.sdk.state.ReadableState;
import org.apache.beam.sdk.state.StateContext;
import org.apache.beam.sdk.state.StateContexts;
import org.apache.beam.sdk.transforms.Combine.CombineFn;
import org.apache.beam.sdk.transforms.CombineWithContext.CombineFnWithContext;
import org.apache.beam.sdk.util.CombineFnUtil;

/** An accumulator. */
final class CombiningCell<InputT, AccumT, OutputT> extends Cell
    implements CombiningState<InputT, AccumT, OutputT> {
  private final StateCoder<AccumT> coder;

  /** The function that wants a context, null if it needs none. */
  private final CombineFnWithContext<InputT, AccumT, OutputT> contextual;

  private StateContext<?> context;
  private CombineFn<InputT, AccumT, OutputT> combineFn;
  private AccumT accumulator;
  private boolean present;

  CombiningCell(
      CellType type,
      NamespaceCells home,
      StateCoder<AccumT> coder,
      CombineFn<InputT, AccumT, OutputT> combineFn) {
    super(type, home);
    this.coder = coder;
    this.contextual = null;
    this.combineFn = combineFn;
  }

  CombiningCell(
      CellType type,
      NamespaceCells home,
      StateCoder<AccumT> coder,
      CombineFnWithContext<InputT, AccumT, OutputT> contextual,
      StateContext<?> context) {
    super(type, home);
    this.coder = coder;
    this.contextual = contextual;
    this.context = context;
    this.combineFn = CombineFnUtil.bindContext(contextual, context);
  }

  /**
   * Takes over the newest context: a cell lives for many batches, and an old context would show the
   * side inputs of its own.
   */
  @Override
  @SuppressWarnings("ReferenceEquality") // a context is as new as its object
  void inContext(StateContext<?> newest) {
    if (contextual != null && newest != context && newest != StateContexts.nullContext()) {
      context = newest;
      combineFn = CombineFnUtil.bindContext(contextual, newest);
    }
  }

  @Override
  public void add(InputT input) {
    accumulator = combineFn.addInput(getAccum(), input);
    present = true;
    changed();
  }

  @Override
  public void addAccum(AccumT other) {
    accumulator = combineFn.mergeAccumulators(Arrays.asList(getAccum(), other));
    present = true;
    changed();
  }

  /** The result; extracted from a copy, since extracting may change what it reads. */
  @Override
  public OutputT read() {
    return combineFn.extractOutput(
        combineFn.mergeAccumulators(Arrays.asList(combineFn.createAccumulator(), getAccum())));
  }

  @Override
  public AccumT getAccum() {
    if (!present) {
      return combineFn.createAccumulator();
    }
    if (!coder.immutable()) {
      handedOut();
    }
    return accumulator;
  }

  @Override
  public AccumT mergeAccumulators(Iterable<AccumT> accumulators) {
    return combineFn.mergeAccumulators(accumulators);
  }

  @Override
  public CombiningState<InputT, AccumT, OutputT> readLater() {
    return this;
  }

  @Override
  public ReadableState<Boolean> isEmpty() {
    return new Deferred<>(this::hasNothing);
  }

  @Override
  public void clear() {
    accumulator = null;
    present = false;
    changed();
  }

  @Override
  boolean hasNothing() {
    return !present;
  }

  @Override
  void encode(OutputStream out) throws IOException {
    coder.encode(accumulator, out);
  }

  @Override
  void decode(InputStream in) throws IOException {
    accumulator = coder.decode(in);
    present = true;
  }
}
