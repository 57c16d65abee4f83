package dev.sluice.translation.state;

/**
 * What time it is for the timers of a step. The operator owns and steps it; reading it has no
 * effect. All times are milliseconds, watermarks on Beam's scale.
 */
public interface TimerClock {
  /** The processing time of the running batch. */
  long processingTime();

  /**
   * The input watermark as user code may know it now: the old one while elements and
   * processing-time timers are processed, the new one while event-time timers fire.
   */
  long inputWatermark();

  /**
   * The output watermark after the <i>previous</i> batch, or null before there was one. It must lag
   * while a batch is processed: {@code ReduceFnRunner} tells on-time panes from late ones, and
   * places its holds, by it.
   */
  Long outputWatermark();
}
