package dev.sluice.executor.api;

/**
 * Watermarks are plain {@code long} event times in milliseconds; the two ends of time are these
 * constants.
 *
 * <p>A front end whose own time is narrower maps its ends to these at the border. A watermark of
 * {@code w} promises that no on-time record with an event time below {@code w} is still to come.
 */
public final class Watermarks {
  /** Nothing is known yet. */
  public static final long MIN = Long.MIN_VALUE;

  /** Nothing will come any more: the end of the stream. */
  public static final long MAX = Long.MAX_VALUE;

  private Watermarks() {}
}
