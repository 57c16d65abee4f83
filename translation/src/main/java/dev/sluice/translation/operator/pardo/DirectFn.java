package dev.sluice.translation.operator.pardo;

import dev.sluice.translation.operator.ElementReceiver;
import java.util.Map;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.DoFn.BundleFinalizer;
import org.apache.beam.sdk.transforms.reflect.DoFnInvoker;
import org.apache.beam.sdk.transforms.reflect.DoFnInvokers;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.util.UserCodeException;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.WindowedValues;
import org.joda.time.Instant;

/**
 * A DoFn called without anything in between: what it may ask of the current element is a {@link
 * DirectElement}, which {@link DirectCall} hands to it, and an output is a call of the receiver.
 * Does what {@code SimpleDoFnRunner} does, for the DoFns that {@link DirectEligibility} lets
 * through; a property test compares the two.
 */
final class DirectFn implements BoundFn {
  private final DoFn<Object, Object> fn;
  private final DoFnInvoker<Object, Object> invoker;
  private final PipelineOptions options;
  private final BundleFinalizer finalizer;
  private final TaggedOutputs outputs;
  private final Map<TupleTag<?>, Coder<?>> outputCoders;
  private final TimestampBound timestampBound;
  private final boolean observesWindow;
  private final BundleArguments bundleArguments;

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
    this.bundleArguments = new BundleArguments(); // needs the fn to be there
  }

  @Override
  public DoFn<Object, Object> fn() {
    return fn;
  }

  DoFnInvoker<Object, Object> invoker() {
    return invoker;
  }

  boolean observesWindow() {
    return observesWindow;
  }

  PipelineOptions options() {
    return options;
  }

  BundleFinalizer finalizer() {
    return finalizer;
  }

  TaggedOutputs outputs() {
    return outputs;
  }

  Map<TupleTag<?>, Coder<?>> outputCoders() {
    return outputCoders;
  }

  TimestampBound timestampBound() {
    return timestampBound;
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
