package dev.sluice.integration.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.integration.pipelines.CountedFn;
import dev.sluice.integration.pipelines.SteadySource;
import dev.sluice.integration.pipelines.SteadySource.Afterwards;
import dev.sluice.integration.pipelines.Workshop;
import dev.sluice.runner.SluicePipelineResult;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult.State;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.io.range.OffsetRange;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.transforms.splittabledofn.GrowableOffsetRangeTracker;
import org.apache.beam.sdk.transforms.splittabledofn.RestrictionTracker;
import org.apache.beam.sdk.values.CausedByDrain;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a drain means to user code: truncated restrictions, and timers that know why they fire. */
@Timeout(60)
class DrainTest {
  private static final ConcurrentLinkedQueue<String> EVENTS = new ConcurrentLinkedQueue<>();
  private static final Semaphore SEEN = new Semaphore(0);

  @RegisterExtension final Workshop workshop = new Workshop();

  @BeforeEach
  void forget() {
    EVENTS.clear();
    SEEN.drainPermits();
  }

  @Test
  void restrictionsAreTruncated() throws Exception {
    Pipeline pipeline = workshop.pipeline();
    pipeline.apply(Create.of(0L)).apply("Endless", ParDo.of(new Endless(true)));
    SluicePipelineResult result = Workshop.start(pipeline);
    SEEN.acquire(10);

    result.drain();

    assertThat(result.waitUntilFinish()).isEqualTo(State.DONE);
    assertThat(EVENTS).contains("truncated");
    assertThat(EVENTS).last().isEqualTo("last");
  }

  @Test
  void restrictionsWithoutTruncationAreGivenUp() throws Exception {
    Pipeline pipeline = workshop.pipeline();
    pipeline.apply(Create.of(0L)).apply("Endless", ParDo.of(new Given()));
    SluicePipelineResult result = Workshop.start(pipeline);
    SEEN.acquire(10);

    result.drain();

    assertThat(result.waitUntilFinish()).isEqualTo(State.DONE);
  }

  @Test
  void timersKnowThatTheyFireEarly() throws Exception {
    Pipeline pipeline = workshop.pipeline();
    pipeline
        .apply(Read.from(new SteadySource(5, 1, Afterwards.STILLNESS)))
        .apply(WithKeys.<String, Long>of("key").withKeyType(TypeDescriptors.strings()))
        .apply("Timers", ParDo.of(new Timers()));
    SluicePipelineResult result = Workshop.start(pipeline);
    SEEN.acquire(5);

    result.drain();

    assertThat(result.waitUntilFinish()).isEqualTo(State.DONE);
    assertThat(EVENTS).containsExactlyInAnyOrder("event " + CausedByDrain.CAUSED_BY_DRAIN);
  }

  /** Goes on for ever, but when it is truncated does one more. */
  @DoFn.UnboundedPerElement
  static class Endless extends CountedFn<Long, Long> {
    private static final long serialVersionUID = 1;
    private final boolean tells;

    Endless(boolean tells) {
      this.tells = tells;
    }

    @GetInitialRestriction
    public OffsetRange initial() {
      return new OffsetRange(0, Long.MAX_VALUE);
    }

    @TruncateRestriction
    public RestrictionTracker.TruncateResult<OffsetRange> truncate(@Restriction OffsetRange range) {
      EVENTS.add("truncated");
      return RestrictionTracker.TruncateResult.of(
          new OffsetRange(range.getFrom(), range.getFrom() + 1));
    }

    @ProcessElement
    public ProcessContinuation process(RestrictionTracker<OffsetRange, Long> tracker) {
      OffsetRange range = tracker.currentRestriction();
      boolean truncated = range.getTo() < Long.MAX_VALUE && range.getTo() - range.getFrom() == 1;
      if (!tracker.tryClaim(range.getFrom())) {
        return ProcessContinuation.stop();
      }
      SEEN.release();
      if (truncated && tells && !EVENTS.isEmpty()) {
        EVENTS.add("last");
      }
      return truncated
          ? finish(tracker)
          : ProcessContinuation.resume().withResumeDelay(Duration.millis(1));
    }

    private static ProcessContinuation finish(RestrictionTracker<OffsetRange, Long> tracker) {
      tracker.tryClaim(tracker.currentRestriction().getTo());
      return ProcessContinuation.stop();
    }
  }

  /** Goes on for ever. */
  @DoFn.UnboundedPerElement
  static final class Given extends CountedFn<Long, Long> {
    private static final long serialVersionUID = 1;

    @GetInitialRestriction
    public OffsetRange initial() {
      return new OffsetRange(0, Long.MAX_VALUE);
    }

    /** A tracker that calls its restriction unbounded, so that truncating gives it up. */
    @NewTracker
    public RestrictionTracker<OffsetRange, Long> tracker(@Restriction OffsetRange range) {
      return new GrowableOffsetRangeTracker(range.getFrom(), () -> Long.MAX_VALUE);
    }

    @ProcessElement
    public ProcessContinuation process(RestrictionTracker<OffsetRange, Long> tracker) {
      if (!tracker.tryClaim(tracker.currentRestriction().getFrom())) {
        return ProcessContinuation.stop();
      }
      SEEN.release();
      return ProcessContinuation.resume().withResumeDelay(Duration.millis(1));
    }
  }

  /** Sets a timer for long after the last element. */
  static final class Timers extends CountedFn<KV<String, Long>, Long> {
    private static final long serialVersionUID = 1;

    @TimerId("event")
    private final TimerSpec event = TimerSpecs.timer(TimeDomain.EVENT_TIME);

    @ProcessElement
    public void process(@TimerId("event") Timer event) {
      event.set(new Instant(Duration.standardDays(1).getMillis()));
      SEEN.release();
    }

    @OnTimer("event")
    public void onEvent(CausedByDrain cause) {
      EVENTS.add("event " + cause);
    }
  }
}
