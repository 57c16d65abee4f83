package dev.sluice.translation.state;

import dev.sluice.translation.operator.Key;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys that have timers of one domain, filed under a time at or before their next timer. A
 * timer that moves later, as most do, leaves its key where it is; the true time is looked up when
 * the filed one is reached.
 */
final class DueKeys extends IntrusiveHeap<DomainTimers> {
  DueKeys() {
    super(0);
  }

  /** A timer of this key was set. */
  void file(DomainTimers timers, long time) {
    if (timers.place == NOWHERE) {
      timers.filedTime = time;
      add(timers);
    } else if (time < timers.filedTime) {
      timers.filedTime = time;
      moved(timers);
    }
  }

  private void refile(DomainTimers timers) {
    timers.filedTime = timers.nextTime();
    moved(timers);
  }

  /** The time of the next timer; {@code Long.MAX_VALUE} if there is none. */
  long min() {
    while (!isEmpty()) {
      DomainTimers first = top();
      if (first.filedTime == first.nextTime()) {
        return first.filedTime;
      }
      refile(first);
    }
    return Long.MAX_VALUE;
  }

  /** The keys with a timer before {@code now}, in no particular order. */
  List<Key> due(long now) {
    List<Key> due = new ArrayList<>();
    List<DomainTimers> early = new ArrayList<>();
    walk(
        timers -> timers.filedTime < now,
        timers -> {
          if (timers.nextTime() < now) {
            due.add(timers.owner.key);
          } else {
            early.add(timers);
          }
        });
    early.forEach(this::refile);
    return due;
  }

  @Override
  boolean before(DomainTimers a, DomainTimers b) {
    return a.filedTime < b.filedTime;
  }

  @Override
  int place(DomainTimers timers) {
    return timers.place;
  }

  @Override
  void placed(DomainTimers timers, int newPlace) {
    timers.place = newPlace;
  }
}
