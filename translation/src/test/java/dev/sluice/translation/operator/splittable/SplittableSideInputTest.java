package dev.sluice.translation.operator.splittable;

import static dev.sluice.translation.operator.splittable.SplittableKit.give;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.executor.api.InputBlock;
import dev.sluice.executor.api.RecordConsumer;
import dev.sluice.executor.api.TaskReport;
import dev.sluice.translation.operator.BeamTime;
import dev.sluice.translation.operator.FakeOperatorContext;
import dev.sluice.translation.operator.FakeSnapshot;
import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.view.ViewMaterialization;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.range.OffsetRange;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.DoFn.UnboundedPerElement;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.transforms.splittabledofn.RestrictionTracker;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.WindowedValues;
import org.apache.beam.sdk.values.WindowingStrategy;
import org.junit.jupiter.api.Test;

class SplittableSideInputTest {
  private final FakeOperatorContext context = new FakeOperatorContext("sdf");
  private final ViewMaterialization view =
      new ViewMaterialization(WindowingStrategy.globalDefault());
  private final SplittableProcessSpec spec = spec();

  private static SplittableProcessSpec spec() {
    Pipeline pipeline = SplittableKit.pipeline();
    PCollectionView<String> side = pipeline.apply("side", Create.of("s")).apply(View.asSingleton());
    return SplittableKit.spec(pipeline, new WithSide(), Map.of("side", side));
  }

  @Test
  void anElementWaitsForItsViewHoldsTheWatermarkAndIsThenProcessed() throws Exception {
    context.setView(0, view.initial());
    Operator operator = spec.create(context);
    operator.startBatch();
    give(operator, "x", new OffsetRange(0, 1), 7);
    operator.finishBatch(50);

    assertThat(context.values(0)).isEmpty();
    assertThat(operator.outputWatermark()).isEqualTo(7);
    assertThat(operator.nextWakeUp()).isEqualTo(TaskReport.NO_WAKE_UP);

    FakeSnapshot snapshot = new FakeSnapshot();
    operator.snapshot(snapshot, false);
    operator.close();
    Operator restored = spec.create(context);
    restored.restore(snapshot);
    restored.restoreWatermarks(50, 7);

    context.nextBatch();
    context.setView(0, view.advance(view.initial(), new Pane("s")));
    restored.startBatch();
    restored.finishBatch(50);

    assertThat(context.values(0)).containsExactly("s:x");
    assertThat(restored.outputWatermark()).isEqualTo(50);
    restored.close();
    context.closeShared();
  }

  private record Pane(String value) implements InputBlock {
    @Override
    public boolean isEmpty() {
      return false;
    }

    @Override
    public void drain(RecordConsumer consumer) throws Exception {
      consumer.accept(WindowedValues.valueInGlobalWindow(List.of(value)));
    }

    @Override
    public long watermark() {
      return BeamTime.MIN;
    }
  }

  @UnboundedPerElement
  static final class WithSide extends DoFn<String, String> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(
        @Element String element,
        RestrictionTracker<OffsetRange, Long> tracker,
        @SideInput("side") String side,
        OutputReceiver<String> out) {
      if (tracker.tryClaim(tracker.currentRestriction().getFrom())) {
        out.output(side + ":" + element);
      }
    }

    @GetInitialRestriction
    public OffsetRange range() {
      return new OffsetRange(0, 1);
    }

    @NewTracker
    public RestrictionTracker<OffsetRange, Long> tracker(
        @Restriction OffsetRange range, @SideInput("side") String side) {
      assertThat(side).isEqualTo("s");
      return range.newTracker();
    }
  }
}
