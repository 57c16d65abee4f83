package dev.sluice.translation.operator.pardo;

import dev.sluice.translation.operator.ElementReceiver;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.DoFn.BundleFinalizer;
import org.apache.beam.sdk.transforms.DoFn.MultiOutputReceiver;
import org.apache.beam.sdk.transforms.DoFn.OutputReceiver;
import org.apache.beam.sdk.transforms.DoFnOutputReceivers;
import org.apache.beam.sdk.transforms.reflect.DoFnInvoker;
import org.apache.beam.sdk.transforms.reflect.DoFnInvokers;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.util.OutputBuilderSuppliers;
import org.apache.beam.sdk.util.UserCodeException;
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
 * A DoFn called without anything in between: what it may ask of the current element are fields
 * here, and an output is a call of the receiver. Does what {@code SimpleDoFnRunner} does, for the
 * DoFns that {@link DirectEligibility} lets through; a property test compares the two.
 */
final class DirectFn extends DoFnInvoker.BaseArgumentProvider<Object, Object> implements BoundFn {
  private final DoFn<Object, Object> fn;
  private final DoFnInvoker<Object, Object> invoker;
  private final PipelineOptions options;
  private final BundleFinalizer finalizer;
  private final TaggedOutputs outputs;
  private final Map<TupleTag<?>, Coder<?>> outputCoders;
  private final TimestampBound timestampBound;
  private final boolean observesWindow;

  private final ElementContext elementContext;
  private final MainReceiver mainReceiver = new MainReceiver();
  private final TaggedReceivers taggedReceivers = new TaggedReceivers();
  private final BundleArguments bundleArguments;

  // the current element
  private Object value;
  private Instant timestamp;
  private Collection<? extends BoundedWindow> windows;
  private PaneInfo pane;
  // the current element if it says more than the fields above: record id, offset, drain
  private WindowedValue<?> annotated;

  /** Binds an instance to an operator. */
  DirectFn(
      DoFn<Object, Object> fn,
      PipelineOptions options,
      BundleFinalizer finalizer,
      TaggedOutputs outputs,
      Map<TupleTag<?>, Coder<?>> outputCoders,
      boolean observesWindow) {
    this.fn = fn;
    this.invoker = DoFnInvokers.invokerFor(fn);
    this.options = options;
    this.finalizer = finalizer;
    this.outputs = outputs;
    this.outputCoders = outputCoders;
    this.timestampBound = new TimestampBound(fn);
    this.observesWindow = observesWindow;
    // these need the fn to be there
    this.elementContext = new ElementContext();
    this.bundleArguments = new BundleArguments();
  }

  @Override
  public DoFn<Object, Object> fn() {
    return fn;
  }

  @Override
  public void startBundle() {
    try {
      invoker.invokeStartBundle(bundleArguments);
    } catch (Exception e) {
      throw UserCodeException.wrap(e);
    }
  }

  @Override
  public void finishBundle() {
    try {
      invoker.invokeFinishBundle(bundleArguments);
    } catch (Exception e) {
      throw UserCodeException.wrap(e);
    }
  }

  /** Processes an element, once per window if the DoFn looks at windows. */
  void process(WindowedValue<?> element) {
    boolean plain =
        element.getRecordId() == null
            && element.getRecordOffset() == null
            && element.causedByDrain() == CausedByDrain.NORMAL;
    if (plain) {
      process(
          element.getValue(), element.getTimestamp(), element.getWindows(), element.getPaneInfo());
    } else if (observesWindow) {
      for (WindowedValue<?> inOneWindow : element.explodeWindows()) {
        processAnnotated(inOneWindow);
      }
    } else {
      processAnnotated(element);
    }
  }

  /** Processes an element given in parts. */
  void process(
      Object newValue,
      Instant newTimestamp,
      Collection<? extends BoundedWindow> newWindows,
      PaneInfo newPane) {
    value = newValue;
    timestamp = newTimestamp;
    pane = newPane;
    annotated = null;
    if (observesWindow && newWindows.size() > 1) {
      for (BoundedWindow window : newWindows) {
        windows = Collections.singletonList(window);
        invoke();
      }
    } else {
      windows = newWindows;
      invoke();
    }
  }

  private void processAnnotated(WindowedValue<?> element) {
    value = element.getValue();
    timestamp = element.getTimestamp();
    windows = element.getWindows();
    pane = element.getPaneInfo();
    annotated = element;
    invoke();
  }

  private void invoke() {
    try {
      invoker.invokeProcessElement(this);
    } catch (Exception e) {
      throw UserCodeException.wrap(e);
    }
  }

  // ---- outputs

  /** An output with everything of the element but its value. */
  private void emit(ElementReceiver receiver, Object output) {
    if (annotated != null) {
      TaggedOutputs.emit(receiver, annotated.withValue(output));
      return;
    }
    try {
      receiver.accept(output, timestamp, windows, pane);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw UserCodeException.wrap(e);
    }
  }

  private void emit(ElementReceiver receiver, Object output, Instant outputTimestamp) {
    timestampBound.check(timestamp, outputTimestamp);
    if (annotated != null) {
      TaggedOutputs.emit(receiver, builder(output).setTimestamp(outputTimestamp).build());
      return;
    }
    try {
      receiver.accept(output, outputTimestamp, windows, pane);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw UserCodeException.wrap(e);
    }
  }

  private void emit(ElementReceiver receiver, WindowedValue<?> output) {
    timestampBound.check(timestamp, output.getTimestamp());
    TaggedOutputs.emit(receiver, output);
  }

  /** Like the element but for its value. */
  private <T> WindowedValues.Builder<T> builder(T output) {
    return WindowedValues.builder(current()).withValue(output);
  }

  private WindowedValue<?> current() {
    return annotated != null ? annotated : WindowedValues.of(value, timestamp, windows, pane);
  }

  private final class MainReceiver implements OutputReceiver<Object> {
    @Override
    public void output(Object output) {
      emit(outputs.main(), output);
    }

    @Override
    public void outputWithTimestamp(Object output, Instant outputTimestamp) {
      emit(outputs.main(), output, outputTimestamp);
    }

    @Override
    public OutputBuilder<Object> builder(Object output) {
      return DirectFn.this.builder(output).setReceiver(built -> emit(outputs.main(), built));
    }
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
      return DirectFn.this.builder(output).setReceiver(built -> emit(receiver, built));
    }
  }

  private final class TaggedReceivers implements MultiOutputReceiver {
    private final Map<TupleTag<?>, OutputReceiver<?>> byTag = new HashMap<>();

    @Override
    @SuppressWarnings("unchecked") // a receiver takes what its tag says
    public <T> OutputReceiver<T> get(TupleTag<T> tag) {
      return (OutputReceiver<T>) byTag.computeIfAbsent(tag, this::make);
    }

    @Override
    public <T> OutputReceiver<Row> getRowReceiver(TupleTag<T> tag) {
      return DoFnOutputReceivers.windowedMultiReceiver(
              elementContext, OutputBuilderSuppliers.supplierForElement(current()), outputCoders)
          .getRowReceiver(tag);
    }

    private OutputReceiver<?> make(TupleTag<?> tag) {
      return new TaggedReceiver<>(outputs.receiver(tag));
    }
  }

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
    return options;
  }

  @Override
  public OutputReceiver<Object> outputReceiver(DoFn<Object, Object> doFn) {
    return mainReceiver;
  }

  @Override
  public MultiOutputReceiver taggedOutputReceiver(DoFn<Object, Object> doFn) {
    return taggedReceivers;
  }

  @Override
  public DoFn<Object, Object>.ProcessContext processContext(DoFn<Object, Object> doFn) {
    return elementContext;
  }

  @Override
  public BundleFinalizer bundleFinalizer() {
    return finalizer;
  }

  @Override
  public String getErrorContext() {
    return "@ProcessElement of " + fn.getClass().getName();
  }

  private final class ElementContext extends DoFn<Object, Object>.ProcessContext {
    ElementContext() {
      fn.super();
    }

    @Override
    public PipelineOptions getPipelineOptions() {
      return options;
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
      return DirectFn.this.causedByDrain(fn);
    }

    @Override
    public void output(Object output) {
      emit(outputs.main(), output);
    }

    @Override
    public void outputWithTimestamp(Object output, Instant outputTimestamp) {
      emit(outputs.main(), output, outputTimestamp);
    }

    @Override
    public void outputWindowedValue(
        Object output,
        Instant outputTimestamp,
        Collection<? extends BoundedWindow> outputWindows,
        PaneInfo outputPane) {
      emit(outputs.main(), built(output, outputTimestamp, outputWindows, outputPane));
    }

    @Override
    public void outputWindowedValue(WindowedValue<Object> output) {
      emit(outputs.main(), output);
    }

    @Override
    public <T> void output(TupleTag<T> tag, T output) {
      emit(outputs.receiver(notNull(tag)), output);
    }

    @Override
    public <T> void outputWithTimestamp(TupleTag<T> tag, T output, Instant outputTimestamp) {
      emit(outputs.receiver(notNull(tag)), output, outputTimestamp);
    }

    @Override
    public <T> void outputWindowedValue(
        TupleTag<T> tag,
        T output,
        Instant outputTimestamp,
        Collection<? extends BoundedWindow> outputWindows,
        PaneInfo outputPane) {
      emit(outputs.receiver(tag), built(output, outputTimestamp, outputWindows, outputPane));
    }

    @Override
    public <T> void outputWindowedValue(TupleTag<T> tag, WindowedValue<T> output) {
      emit(outputs.receiver(tag), output);
    }

    private WindowedValue<?> built(
        Object output,
        Instant outputTimestamp,
        Collection<? extends BoundedWindow> outputWindows,
        PaneInfo outputPane) {
      return builder(output)
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

  // ---- what @StartBundle and @FinishBundle may ask for

  private final class BundleArguments extends DoFnInvoker.BaseArgumentProvider<Object, Object> {
    private final StartContext start = new StartContext();
    private final FinishContext finish = new FinishContext();

    @Override
    public PipelineOptions pipelineOptions() {
      return options;
    }

    @Override
    public BundleFinalizer bundleFinalizer() {
      return finalizer;
    }

    @Override
    public DoFn<Object, Object>.StartBundleContext startBundleContext(DoFn<Object, Object> doFn) {
      return start;
    }

    @Override
    public DoFn<Object, Object>.FinishBundleContext finishBundleContext(DoFn<Object, Object> doFn) {
      return finish;
    }

    @Override
    public String getErrorContext() {
      return "a bundle method of " + fn.getClass().getName();
    }
  }

  private final class StartContext extends DoFn<Object, Object>.StartBundleContext {
    StartContext() {
      fn.super();
    }

    @Override
    public PipelineOptions getPipelineOptions() {
      return options;
    }
  }

  private final class FinishContext extends DoFn<Object, Object>.FinishBundleContext {
    FinishContext() {
      fn.super();
    }

    @Override
    public PipelineOptions getPipelineOptions() {
      return options;
    }

    @Override
    public void output(Object output, Instant outputTimestamp, BoundedWindow window) {
      emitAtEnd(outputs.main(), output, outputTimestamp, window);
    }

    @Override
    public <T> void output(
        TupleTag<T> tag, T output, Instant outputTimestamp, BoundedWindow window) {
      emitAtEnd(outputs.receiver(tag), output, outputTimestamp, window);
    }

    private void emitAtEnd(
        ElementReceiver receiver, Object output, Instant outputTimestamp, BoundedWindow window) {
      TaggedOutputs.emit(
          receiver, WindowedValues.of(output, outputTimestamp, window, PaneInfo.NO_FIRING));
    }
  }
}
