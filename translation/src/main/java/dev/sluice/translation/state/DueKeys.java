package dev.sluice.translation.state;

import java.util.ArrayList;
import java.util.List;

/** The keys that have timers of one domain, filed under the time of their next timer. */
final class DueKeys extends TimeBuckets<DomainTimers> {
  /** The keys with a timer before {@code now}, in no particular order. */
  List<KeyTimers> due(long now) {
    List<KeyTimers> due = new ArrayList<>();
    List<DomainTimers> early = new ArrayList<>();
    filedBefore(
        now,
        timers -> {
          if (timers.nextTime() < now) {
            due.add(timers.owner);
          } else {
            early.add(timers);
          }
        });
    for (DomainTimers timers : early) {
      remove(timers);
      file(timers);
    }
    return due;
  }

  @Override
  long time(DomainTimers timers) {
    return timers.nextTime();
  }

  @Override
  Bucket bucket(DomainTimers timers) {
    return timers.bucket;
  }

  @Override
  int place(DomainTimers timers) {
    return timers.place;
  }

  @Override
  void placed(DomainTimers timers, Bucket bucket, int place) {
    timers.bucket = bucket;
    timers.place = place;
  }
}
