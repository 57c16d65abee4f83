package dev.sluice.integration.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.integration.pipelines.CountedFn;
import dev.sluice.integration.pipelines.Trap;
import dev.sluice.integration.pipelines.Workshop;
import dev.sluice.runner.SluicePipelineResult;
import java.util.concurrent.Semaphore;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.range.OffsetRange;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.splittabledofn.ManualWatermarkEstimator;
import org.apache.beam.sdk.transforms.splittabledofn.RestrictionTracker;
import org.apache.beam.sdk.transforms.splittabledofn.RestrictionTracker.TruncateResult;
import org.apache.beam.sdk.transforms.splittabledofn.WatermarkEstimators;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A splittable DoFn throws in one of its methods. */
@Timeout(60)
class SplittableFailureTest {
  @RegisterExtension final Workshop workshop = new Workshop();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "setup",
        "startBundle",
        "initialRestriction",
        "split",
        "newTracker",
        "initialEstimatorState",
        "newEstimator",
        "process",
        "finishBundle"
      })
  void aBoundedOne(String method) {
    Pipeline pipeline = workshop.pipeline();
    pipeline.apply(Create.of(3)).apply("Boom", ParDo.of(new Bounded(new Trap(method))));

    check(pipeline);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "setup",
        "initialRestriction",
        "split",
        "newTracker",
        "initialEstimatorState",
        "newEstimator",
        "process"
      })
  void anUnboundedOne(String method) {
    Pipeline pipeline = workshop.pipeline();
    pipeline.apply(Create.of(3)).apply("Boom", ParDo.of(new Unbounded(new Trap(method))));

    check(pipeline);
  }

  @Test
  void tearingDownIsLoggedOnly() {
    Pipeline pipeline = workshop.pipeline();
    pipeline.apply(Create.of(3)).apply("Boom", ParDo.of(new Bounded(new Trap("teardown"))));

    Workshop.run(pipeline);
  }

  /** Truncation is what a drain asks for. */
  @Test
  void truncating() throws Exception {
    Pipeline pipeline = workshop.pipeline();
    pipeline.apply(Create.of(3)).apply("Boom", ParDo.of(new Endless(new Trap("truncate"))));
    SluicePipelineResult result = Workshop.start(pipeline);
    Endless.CALLED.acquire();

    result.drain();

    assertThatThrownBy(result::waitUntilFinish)
        .hasMessageStartingWith("step Boom/")
        .hasCauseInstanceOf(Trap.Sprung.class);
  }

  /** A bounded DoFn that returns without having claimed everything. */
  @Test
  void leavingWorkBehind() {
    Pipeline pipeline = workshop.pipeline();
    pipeline.apply(Create.of(3)).apply("Boom", ParDo.of(new Lazy(Trap.none())));

    assertThat(Workshop.failureOf(pipeline))
        .hasMessageStartingWith("step Boom/")
        .hasMessageContaining("element ")
        .hasMessageContaining("[0, 3)");
  }

  private static void check(Pipeline pipeline) {
    assertThat(Workshop.failureOf(pipeline))
        .hasMessageStartingWith("step Boom/")
        .hasCauseInstanceOf(Trap.Sprung.class);
  }

  /** Counts up to its element. */
  abstract static class Counting extends CountedFn<Integer, Integer> {
    private static final long serialVersionUID = 1;
    final Trap trap;

    Counting(Trap trap) {
      this.trap = trap;
    }

    @Override
    @Setup
    public void setup() {
      super.setup();
      trap.at("setup");
    }

    @Override
    @Teardown
    public void teardown() {
      super.teardown();
      trap.at("teardown");
    }

    @StartBundle
    public void startBundle() {
      trap.at("startBundle");
    }

    @FinishBundle
    public void finishBundle() {
      trap.at("finishBundle");
    }

    @GetInitialRestriction
    public OffsetRange initial(@Element Integer element) {
      trap.at("initialRestriction");
      return new OffsetRange(0, element);
    }

    @SplitRestriction
    public void split(@Restriction OffsetRange range, OutputReceiver<OffsetRange> out) {
      trap.at("split");
      out.output(range);
    }

    @NewTracker
    public RestrictionTracker<OffsetRange, Long> tracker(@Restriction OffsetRange range) {
      trap.at("newTracker");
      return range.newTracker();
    }

    @GetInitialWatermarkEstimatorState
    public Instant estimatorState(@Timestamp Instant timestamp) {
      trap.at("initialEstimatorState");
      return timestamp;
    }

    @NewWatermarkEstimator
    public ManualWatermarkEstimator<Instant> estimator(@WatermarkEstimatorState Instant state) {
      trap.at("newEstimator");
      return new WatermarkEstimators.Manual(state);
    }
  }

  @DoFn.BoundedPerElement
  static final class Bounded extends Counting {
    private static final long serialVersionUID = 1;

    Bounded(Trap trap) {
      super(trap);
    }

    @ProcessElement
    public void process(
        RestrictionTracker<OffsetRange, Long> tracker,
        ManualWatermarkEstimator<Instant> estimator,
        OutputReceiver<Integer> out) {
      trap.at("process");
      for (long at = tracker.currentRestriction().getFrom(); tracker.tryClaim(at); at++) {
        out.output((int) at);
        estimator.setWatermark(estimator.currentWatermark());
      }
    }
  }

  @DoFn.UnboundedPerElement
  static final class Unbounded extends Counting {
    private static final long serialVersionUID = 1;

    Unbounded(Trap trap) {
      super(trap);
    }

    @ProcessElement
    public ProcessContinuation process(
        RestrictionTracker<OffsetRange, Long> tracker,
        ManualWatermarkEstimator<Instant> estimator,
        OutputReceiver<Integer> out) {
      trap.at("process");
      for (long at = tracker.currentRestriction().getFrom(); tracker.tryClaim(at); at++) {
        out.output((int) at);
        estimator.setWatermark(estimator.currentWatermark());
      }
      return ProcessContinuation.stop();
    }
  }

  /** Claims nothing, and asks to be called again. */
  @DoFn.UnboundedPerElement
  static final class Endless extends Counting {
    private static final long serialVersionUID = 1;
    static final Semaphore CALLED = new Semaphore(0);

    Endless(Trap trap) {
      super(trap);
    }

    @ProcessElement
    public ProcessContinuation process(RestrictionTracker<OffsetRange, Long> tracker) {
      CALLED.release();
      return ProcessContinuation.resume().withResumeDelay(Duration.millis(10));
    }

    @TruncateRestriction
    public TruncateResult<OffsetRange> truncate(@Restriction OffsetRange range) {
      trap.at("truncate");
      return null;
    }
  }

  /** Claims nothing, and says it is done. */
  @DoFn.BoundedPerElement
  static final class Lazy extends Counting {
    private static final long serialVersionUID = 1;

    Lazy(Trap trap) {
      super(trap);
    }

    @ProcessElement
    public void process(RestrictionTracker<OffsetRange, Long> tracker) {}
  }
}
