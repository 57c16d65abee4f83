package dev.sluice.translation.operator.pardo;

import dev.sluice.translation.operator.ElementReceiver;
import dev.sluice.translation.operator.slices.SliceWindow;
import java.util.Collection;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.DoFn.BundleFinalizer;
import org.apache.beam.sdk.transforms.DoFn.MultiOutputReceiver;
import org.apache.beam.sdk.transforms.DoFn.OutputReceiver;
import org.apache.beam.sdk.transforms.DoFnOutputReceivers;
import org.apache.beam.sdk.transforms.reflect.DoFnInvoker;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.util.OutputBuilderSuppliers;
import org.apache.beam.sdk.values.CausedByDrain;
import org.apache.beam.sdk.values.OutputBuilder;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowedValues;
import org.apache.beam.vendor.guava.v32_1_2_jre.com.google.common.collect.Iterables;
import org.joda.time.Instant;

/**
 * An element in the hands of a DoFn: what {@code @ProcessElement} may ask for, and the receiver of
 * the main output.
 *
 * <p>A new one for each element, on purpose. It is short-lived where it exists at all (the compiler
 * often takes it apart); to keep the current element in fields of something long-lived instead
 * would cost several times as much, since G1 guards each reference that is written into an old
 * object with a memory fence.
 */
abstract class DirectElement extends DoFnInvoker.BaseArgumentProvider<Object, Object>
    implements OutputReceiver<Object>, MultiOutputReceiver {
  private final DirectFn fn;
  private final Object value;
  private final Instant timestamp;
  private final Collection<? extends BoundedWindow> windows;
  private final PaneInfo pane;
  private final WindowedValue<?> annotated;

  DirectElement(
      DirectFn fn,
      Object value,
      Instant timestamp,
      Collection<? extends BoundedWindow> windows,
      PaneInfo pane,
      WindowedValue<?> annotated) {
    this.fn = fn;
    this.value = value;
    this.timestamp = timestamp;
    this.windows = windows;
    this.pane = pane;
    this.annotated = annotated;
  }

  final DirectFn fn() {
    return fn;
  }

  final Instant timestamp() {
    return timestamp;
  }

  final Collection<? extends BoundedWindow> windows() {
    return windows;
  }

  final PaneInfo pane() {
    return pane;
  }

  /** The element if it says more than its parts (record id, offset, drain), otherwise null. */
  final WindowedValue<?> annotated() {
    return annotated;
  }

  /** Emits an output that has what the element has but for value and timestamp. */
  abstract void emitParts(ElementReceiver receiver, Object output, Instant outputTimestamp);

  // ---- what @ProcessElement may ask for

  @Override
  public Object element(DoFn<Object, Object> doFn) {
    return value;
  }

  @Override
  public Instant timestamp(DoFn<Object, Object> doFn) {
    return timestamp;
  }

  @Override
  public BoundedWindow window() {
    return Iterables.getOnlyElement(windows);
  }

  @Override
  public PaneInfo paneInfo(DoFn<Object, Object> doFn) {
    return pane;
  }

  @Override
  public CausedByDrain causedByDrain(DoFn<Object, Object> doFn) {
    return annotated == null ? CausedByDrain.NORMAL : annotated.causedByDrain();
  }

  @Override
  public PipelineOptions pipelineOptions() {
    return fn.options();
  }

  @Override
  public OutputReceiver<Object> outputReceiver(DoFn<Object, Object> doFn) {
    return this;
  }

  @Override
  public MultiOutputReceiver taggedOutputReceiver(DoFn<Object, Object> doFn) {
    return this;
  }

  @Override
  public DoFn<Object, Object>.ProcessContext processContext(DoFn<Object, Object> doFn) {
    return new ElementContext(fn.fn());
  }

  @Override
  public BundleFinalizer bundleFinalizer() {
    return fn.finalizer();
  }

  @Override
  public String getErrorContext() {
    return "@ProcessElement of " + fn.fn().getClass().getName();
  }

  // ---- the main output

  @Override
  public void outputWithTimestamp(Object output, Instant outputTimestamp) {
    emit(main(), output, outputTimestamp);
  }

  @Override
  public OutputBuilder<Object> builder(Object output) {
    return like(output).setReceiver(built -> emit(main(), built));
  }

  // ---- outputs by tag

  @Override
  public <T> OutputReceiver<T> get(TupleTag<T> tag) {
    return new TaggedReceiver<>(receiver(tag));
  }

  @Override
  public <T> OutputReceiver<Row> getRowReceiver(TupleTag<T> tag) {
    return DoFnOutputReceivers.windowedMultiReceiver(
            new ElementContext(fn.fn()),
            OutputBuilderSuppliers.supplierForElement(SliceWindow.expanded(current())),
            fn.outputCoders())
        .getRowReceiver(tag);
  }

  private final class TaggedReceiver<T> implements OutputReceiver<T> {
    private final ElementReceiver receiver;

    TaggedReceiver(ElementReceiver receiver) {
      this.receiver = receiver;
    }

    @Override
    public void output(T output) {
      emit(receiver, output);
    }

    @Override
    public void outputWithTimestamp(T output, Instant outputTimestamp) {
      emit(receiver, output, outputTimestamp);
    }

    @Override
    public OutputBuilder<T> builder(T output) {
      return like(output).setReceiver(built -> emit(receiver, built));
    }
  }

  // ---- emitting

  private ElementReceiver main() {
    return fn.outputs().main();
  }

  private ElementReceiver receiver(TupleTag<?> tag) {
    return fn.outputs().receiver(tag);
  }

  /** An output with everything of the element but its value. */
  final void emit(ElementReceiver receiver, Object output) {
    if (annotated == null) {
      emitParts(receiver, output, timestamp);
    } else {
      TaggedOutputs.emit(receiver, annotated.withValue(output));
    }
  }

  private void emit(ElementReceiver receiver, Object output, Instant outputTimestamp) {
    fn.timestampBound().check(timestamp, outputTimestamp);
    if (annotated == null) {
      emitParts(receiver, output, outputTimestamp);
    } else {
      TaggedOutputs.emit(receiver, like(output).setTimestamp(outputTimestamp).build());
    }
  }

  private void emit(ElementReceiver receiver, WindowedValue<?> output) {
    fn.timestampBound().check(timestamp, output.getTimestamp());
    TaggedOutputs.emit(receiver, output);
  }

  /** Like the element but for its value; builders show windows, hence those of a slice. */
  private <T> WindowedValues.Builder<T> like(T output) {
    return WindowedValues.builder(SliceWindow.expanded(current())).withValue(output);
  }

  private WindowedValue<?> current() {
    return annotated != null ? annotated : WindowedValues.of(value, timestamp, windows, pane);
  }

  private final class ElementContext extends DoFn<Object, Object>.ProcessContext {
    ElementContext(DoFn<Object, Object> doFn) {
      doFn.super();
    }

    @Override
    public PipelineOptions getPipelineOptions() {
      return fn.options();
    }

    @Override
    public Object element() {
      return value;
    }

    @Override
    public <T> T sideInput(PCollectionView<T> view) {
      throw new IllegalArgumentException("calling sideInput() with unknown view");
    }

    @Override
    public Instant timestamp() {
      return timestamp;
    }

    @Override
    public PaneInfo pane() {
      return pane;
    }

    @Override
    public String currentRecordId() {
      return annotated == null ? null : annotated.getRecordId();
    }

    @Override
    public Long currentRecordOffset() {
      return annotated == null ? null : annotated.getRecordOffset();
    }

    @Override
    public CausedByDrain causedByDrain() {
      return annotated == null ? CausedByDrain.NORMAL : annotated.causedByDrain();
    }

    @Override
    public void output(Object output) {
      emit(main(), output);
    }

    @Override
    public void outputWithTimestamp(Object output, Instant outputTimestamp) {
      emit(main(), output, outputTimestamp);
    }

    @Override
    public void outputWindowedValue(
        Object output,
        Instant outputTimestamp,
        Collection<? extends BoundedWindow> outputWindows,
        PaneInfo outputPane) {
      emit(main(), built(output, outputTimestamp, outputWindows, outputPane));
    }

    @Override
    public void outputWindowedValue(WindowedValue<Object> output) {
      emit(main(), output);
    }

    @Override
    public <T> void output(TupleTag<T> tag, T output) {
      emit(receiver(notNull(tag)), output);
    }

    @Override
    public <T> void outputWithTimestamp(TupleTag<T> tag, T output, Instant outputTimestamp) {
      emit(receiver(notNull(tag)), output, outputTimestamp);
    }

    @Override
    public <T> void outputWindowedValue(
        TupleTag<T> tag,
        T output,
        Instant outputTimestamp,
        Collection<? extends BoundedWindow> outputWindows,
        PaneInfo outputPane) {
      emit(receiver(tag), built(output, outputTimestamp, outputWindows, outputPane));
    }

    @Override
    public <T> void outputWindowedValue(TupleTag<T> tag, WindowedValue<T> output) {
      emit(receiver(tag), output);
    }

    private WindowedValue<?> built(
        Object output,
        Instant outputTimestamp,
        Collection<? extends BoundedWindow> outputWindows,
        PaneInfo outputPane) {
      return like(output)
          .setTimestamp(outputTimestamp)
          .setWindows(outputWindows)
          .setPaneInfo(outputPane)
          .build();
    }

    private <T> TupleTag<T> notNull(TupleTag<T> tag) {
      if (tag == null) {
        throw new NullPointerException("Tag passed to output cannot be null");
      }
      return tag;
    }
  }
}
