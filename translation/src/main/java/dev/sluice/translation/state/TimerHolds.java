package dev.sluice.translation.state;

import java.util.function.Consumer;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;

/** All timers of a partition, filed under their output timestamps. */
final class TimerHolds extends TimeBuckets<StoredTimer> {
  private static final long NONE = BoundedWindow.TIMESTAMP_MAX_VALUE.getMillis();

  /** The least output timestamp; one after the end of time holds nothing. */
  long minHold() {
    return Math.min(NONE, min());
  }

  /** Gives all timers. */
  void forEach(Consumer<StoredTimer> visitor) {
    filedBefore(Long.MAX_VALUE, visitor);
  }

  @Override
  long time(StoredTimer timer) {
    return timer.outputTimestamp;
  }

  @Override
  Bucket bucket(StoredTimer timer) {
    return timer.holdBucket;
  }

  @Override
  int place(StoredTimer timer) {
    return timer.holdPlace;
  }

  @Override
  void placed(StoredTimer timer, Bucket bucket, int place) {
    timer.holdBucket = bucket;
    timer.holdPlace = place;
  }
}
