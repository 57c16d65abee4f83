package dev.sluice.translation.operator.pardo;

import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.joda.time.format.PeriodFormat;

/** Which timestamps a DoFn may give its outputs, relative to its input. */
final class TimestampBound {
  private static final long END = BoundedWindow.TIMESTAMP_MAX_VALUE.getMillis();

  private final DoFn<?, ?> fn;

  TimestampBound(DoFn<?, ?> fn) {
    this.fn = fn;
  }

  /**
   * Checks an output's timestamp.
   *
   * @throws IllegalArgumentException if it lies before the input's, less the allowed skew, or
   *     beyond the end of time; in the very words of Beam, which users (and tests) look for
   */
  void check(Instant input, Instant output) {
    if (!allows(input, output)) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot output with timestamp %s. Output timestamps must be no earlier than the "
                  + "timestamp of the current input or timer (%s) minus the allowed skew (%s) and no "
                  + "later than %s. See the DoFn#getAllowedTimestampSkew() Javadoc for details "
                  + "on changing the allowed skew.",
              output, input, describeSkew(), BoundedWindow.TIMESTAMP_MAX_VALUE));
    }
  }

  /** Whether {@link #check} lets it pass. */
  boolean allows(Instant input, Instant output) {
    return !output.isBefore(lowerBound(input))
        && !output.isAfter(BoundedWindow.TIMESTAMP_MAX_VALUE);
  }

  /** {@link #check} for an output at the input's own timestamp, which may be beyond the end. */
  void checkNotBeyond(Instant timestamp) {
    if (timestamp.getMillis() > END) {
      check(timestamp, timestamp);
    }
  }

  private Instant lowerBound(Instant input) {
    try {
      return input.minus(skew());
    } catch (ArithmeticException e) {
      return BoundedWindow.TIMESTAMP_MIN_VALUE;
    }
  }

  /** The allowed skew, for messages. */
  Object describeSkew() {
    return skew().getMillis() >= Integer.MAX_VALUE
        ? skew()
        : PeriodFormat.getDefault().print(skew().toPeriod());
  }

  @SuppressWarnings("deprecation") // users shall not use it, runners must respect it
  private Duration skew() {
    return fn.getAllowedTimestampSkew();
  }
}
