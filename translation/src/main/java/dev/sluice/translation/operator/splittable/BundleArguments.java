package dev.sluice.translation.operator.splittable;

import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.DoFn.BundleFinalizer;
import org.apache.beam.sdk.transforms.reflect.DoFnInvoker.BaseArgumentProvider;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.TupleTag;
import org.joda.time.Instant;

/**
 * What {@code @StartBundle} and {@code @FinishBundle} of a splittable DoFn may ask for; output is
 * not among it.
 */
final class BundleArguments extends BaseArgumentProvider<Object, Object> {
  private final PipelineOptions options;
  private final BundleFinalizer finalizer;

  BundleArguments(PipelineOptions options, BundleFinalizer finalizer) {
    this.options = options;
    this.finalizer = finalizer;
  }

  @Override
  public PipelineOptions pipelineOptions() {
    return options;
  }

  @Override
  public BundleFinalizer bundleFinalizer() {
    return finalizer;
  }

  @Override
  public DoFn<Object, Object>.StartBundleContext startBundleContext(DoFn<Object, Object> fn) {
    return fn.new StartBundleContext() {
      @Override
      public PipelineOptions getPipelineOptions() {
        return options;
      }
    };
  }

  @Override
  public DoFn<Object, Object>.FinishBundleContext finishBundleContext(DoFn<Object, Object> fn) {
    return fn.new FinishBundleContext() {
      @Override
      public PipelineOptions getPipelineOptions() {
        return options;
      }

      @Override
      public void output(Object value, Instant timestamp, BoundedWindow window) {
        throw onlyFromProcessElement();
      }

      @Override
      public <T> void output(TupleTag<T> tag, T value, Instant timestamp, BoundedWindow window) {
        throw onlyFromProcessElement();
      }
    };
  }

  private static UnsupportedOperationException onlyFromProcessElement() {
    return new UnsupportedOperationException(
        "a splittable DoFn can output from @ProcessElement only, not from @FinishBundle");
  }

  @Override
  public String getErrorContext() {
    return "a bundle method of a splittable DoFn";
  }
}
