package dev.sluice.translation.state;

import org.apache.beam.sdk.transforms.windowing.BoundedWindow;

/**
 * All timers of a partition, filed under a time at or before their output timestamp. A hold that
 * moves later leaves its timer where it is; the true time is looked up when the filed one is the
 * least.
 */
final class TimerHolds extends IntrusiveHeap<StoredTimer> {
  private static final long NONE = BoundedWindow.TIMESTAMP_MAX_VALUE.getMillis();

  TimerHolds() {
    super(0);
  }

  /** A timer was set. */
  void file(StoredTimer timer) {
    if (timer.holdPlace == NOWHERE) {
      timer.filedHold = timer.outputTimestamp;
      add(timer);
    } else if (timer.outputTimestamp < timer.filedHold) {
      timer.filedHold = timer.outputTimestamp;
      moved(timer);
    }
  }

  /** The least output timestamp; one after the end of time holds nothing. */
  long min() {
    while (!isEmpty()) {
      StoredTimer first = top();
      if (first.filedHold == first.outputTimestamp) {
        return Math.min(NONE, first.filedHold);
      }
      first.filedHold = first.outputTimestamp;
      moved(first);
    }
    return NONE;
  }

  @Override
  boolean before(StoredTimer a, StoredTimer b) {
    return a.filedHold < b.filedHold;
  }

  @Override
  int place(StoredTimer timer) {
    return timer.holdPlace;
  }

  @Override
  void placed(StoredTimer timer, int newPlace) {
    timer.holdPlace = newPlace;
  }
}
