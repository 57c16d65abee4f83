package dev.sluice.translation.operator.pardo;

import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * A timer in the hands of user code, which may set it for any time up to the end of its window.
 * Refuses what Beam's own refuses, in the very words of Beam, which users (and tests) look for.
 */
final class DirectTimer implements Timer {
  private static final Instant NO_HOLD = BoundedWindow.TIMESTAMP_MAX_VALUE.plus(Duration.millis(1));

  private final KeyedArguments asker;
  private final String family;
  private final String id;
  private final TimeDomain domain;
  private Duration offset = Duration.ZERO;
  private Duration period = Duration.ZERO;

  /** What the output timestamp is to be, or was last; null if that follows from the target. */
  private Instant outputTimestamp;

  private boolean holds = true;

  /**
   * A timer.
   *
   * @param asker the element or firing that asks
   */
  DirectTimer(KeyedArguments asker, String family, String id, TimerSpec spec) {
    this.asker = asker;
    this.family = family;
    this.id = id;
    this.domain = spec.getTimeDomain();
  }

  @Override
  public void set(Instant target) {
    if (outputTimestamp != null) {
      checkSkew();
    } else if (holds) {
      outputTimestamp = domain == TimeDomain.EVENT_TIME ? target : asker.timestamp();
    }
    if (outputTimestamp == null) {
      outputTimestamp = NO_HOLD; // also when it is set again: as with Beam's own
    } else {
      checkExpiry(target);
    }
    asker.timers().setTimer(asker.live().namespace(), id, family, target, outputTimestamp, domain);
  }

  @Override
  public void setRelative() {
    Instant target = getCurrentRelativeTime().plus(offset);
    if (!period.equals(Duration.ZERO)) {
      long over = target.getMillis() % period.getMillis();
      Instant now = getCurrentRelativeTime();
      target = over == 0 ? now : now.plus(period).minus(Duration.millis(over));
    }
    if (domain == TimeDomain.EVENT_TIME && target.getMillis() > asker.live().end()) {
      target = Instant.ofEpochMilli(asker.live().end());
    }
    set(target);
  }

  @Override
  public void clear() {
    asker.timers().deleteTimer(asker.live().namespace(), id, family, domain);
  }

  @Override
  public Timer offset(Duration newOffset) {
    offset = newOffset;
    return this;
  }

  @Override
  public Timer align(Duration newPeriod) {
    period = newPeriod;
    return this;
  }

  @Override
  public Timer withOutputTimestamp(Instant newOutputTimestamp) {
    outputTimestamp = newOutputTimestamp;
    holds = true;
    return this;
  }

  @Override
  public Timer withNoOutputTimestamp() {
    outputTimestamp = null;
    holds = false;
    return this;
  }

  @Override
  public Instant getCurrentRelativeTime() {
    return switch (domain) {
      case EVENT_TIME -> asker.timers().currentInputWatermarkTime();
      case PROCESSING_TIME -> asker.timers().currentProcessingTime();
      case SYNCHRONIZED_PROCESSING_TIME -> asker.timers().currentSynchronizedProcessingTime();
    };
  }

  private void checkSkew() {
    TimestampBound bound = asker.fn().timestampBound();
    if (!bound.allows(asker.timestamp(), outputTimestamp)) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot output timer with output timestamp %s. Output timestamps must be no "
                  + "earlier than the timestamp of the current input or timer (%s) minus the "
                  + "allowed skew (%s) and no later than %s. See the "
                  + "DoFn#getAllowedTimestampSkew() Javadoc for details on changing the "
                  + "allowed skew.",
              outputTimestamp,
              asker.timestamp(),
              bound.describeSkew(),
              BoundedWindow.TIMESTAMP_MAX_VALUE));
    }
  }

  private void checkExpiry(Instant target) {
    boolean byEvents = domain == TimeDomain.EVENT_TIME;
    if (outputTimestamp.getMillis() > asker.live().end()) {
      throw tooLate(byEvents ? "an event-time" : "a processing-time", "an output", outputTimestamp);
    }
    if (byEvents && target.getMillis() > asker.live().end()) {
      throw tooLate("an event-time", "a firing", target);
    }
  }

  private IllegalArgumentException tooLate(String which, String what, Instant timestamp) {
    return new IllegalArgumentException(
        String.format(
            "Attempted to set %s timer with %s timestamp of %s that is after the expiration of"
                + " window %s",
            which, what, timestamp, Instant.ofEpochMilli(asker.live().end())));
  }
}
