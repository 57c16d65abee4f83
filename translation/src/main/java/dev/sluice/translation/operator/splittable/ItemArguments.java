package dev.sluice.translation.operator.splittable;

import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.reflect.DoFnInvoker.BaseArgumentProvider;
import org.apache.beam.sdk.transforms.splittabledofn.RestrictionTracker;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.joda.time.Instant;

/** What the methods around {@code @ProcessElement} of a splittable DoFn may ask for. */
final class ItemArguments extends BaseArgumentProvider<Object, Object> {
  private final WorkItem item;
  private final PipelineOptions options;
  private final SideInputsByTag sideInputs;
  private final Object estimatorState;
  private final RestrictionTracker<?, ?> tracker;

  private ItemArguments(
      WorkItem item,
      PipelineOptions options,
      SideInputsByTag sideInputs,
      Object estimatorState,
      RestrictionTracker<?, ?> tracker) {
    this.item = item;
    this.options = options;
    this.sideInputs = sideInputs;
    this.estimatorState = estimatorState;
    this.tracker = tracker;
  }

  ItemArguments(WorkItem item, PipelineOptions options, SideInputsByTag sideInputs) {
    this(item, options, sideInputs, null, null);
  }

  ItemArguments with(Object state) {
    return new ItemArguments(item, options, sideInputs, state, tracker);
  }

  ItemArguments with(RestrictionTracker<?, ?> newTracker) {
    return new ItemArguments(item, options, sideInputs, estimatorState, newTracker);
  }

  @Override
  public Object element(DoFn<Object, Object> fn) {
    return item.element().getValue();
  }

  @Override
  public Object restriction() {
    return item.restriction();
  }

  @Override
  public RestrictionTracker<?, ?> restrictionTracker() {
    return tracker == null ? super.restrictionTracker() : tracker;
  }

  @Override
  public Object watermarkEstimatorState() {
    return estimatorState;
  }

  @Override
  public Instant timestamp(DoFn<Object, Object> fn) {
    return item.element().getTimestamp();
  }

  @Override
  public PaneInfo paneInfo(DoFn<Object, Object> fn) {
    return item.element().getPaneInfo();
  }

  @Override
  public BoundedWindow window() {
    return item.window();
  }

  @Override
  public PipelineOptions pipelineOptions() {
    return options;
  }

  @Override
  public Object sideInput(String tag) {
    return sideInputs.get(tag, item.window());
  }

  @Override
  public String getErrorContext() {
    return "a method of a splittable DoFn around @ProcessElement";
  }
}
