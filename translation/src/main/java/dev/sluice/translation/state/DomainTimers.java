package dev.sluice.translation.state;

import java.util.HashMap;
import java.util.Map;
import org.apache.beam.runners.core.StateNamespace;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.values.CausedByDrain;

/**
 * The timers of one key in one time domain, next one first. Ordered by timestamp, then as Beam
 * orders {@code TimerData}: output timestamp, id, family, namespace.
 */
final class DomainTimers extends IntrusiveHeap<StoredTimer> {
  private static final int FEW = 8;

  final KeyTimers owner;
  final TimeDomain domain;

  /** Where the key is among those of the partition that have timers of this domain. */
  TimeBuckets.Bucket bucket;

  /** Place within {@link #bucket}. */
  int place;

  /** All timers by identity, once there are more than a few. */
  private Map<StoredTimer.Identity, StoredTimer> many;

  DomainTimers(KeyTimers owner, TimeDomain domain) {
    super(2);
    this.owner = owner;
    this.domain = domain;
  }

  /** The timestamp of the next timer; there must be one. */
  long nextTime() {
    return top().timestamp;
  }

  StoredTimer find(StateNamespace namespace, String family, String id) {
    RowCodec codec = owner.step.codec();
    if (many != null) {
      return many.get(new StoredTimer.Identity(codec.idOf(namespace), family, id));
    }
    for (int i = 0; i < size(); i++) {
      StoredTimer timer = at(i);
      if (timer.is(namespace, family, id, codec)) {
        return timer;
      }
    }
    return null;
  }

  StoredTimer set(
      StateNamespace namespace,
      String family,
      String id,
      long timestamp,
      long outputTimestamp,
      CausedByDrain causedByDrain) {
    StoredTimer timer = find(namespace, family, id);
    boolean isNew = timer == null;
    if (isNew) {
      timer = new StoredTimer(this, owner.step.codec().idOf(namespace), family, id);
    }
    timer.timestamp = timestamp;
    timer.outputTimestamp = outputTimestamp;
    timer.causedByDrain = causedByDrain;
    if (isNew) {
      add(timer);
      index(timer);
    } else {
      moved(timer);
    }
    return timer;
  }

  private void index(StoredTimer timer) {
    if (many == null && size() > FEW) {
      many = new HashMap<>();
      for (int i = 0; i < size(); i++) {
        many.put(at(i).identity(), at(i));
      }
    } else if (many != null) {
      many.put(timer.identity(), timer);
    }
  }

  void forget(StoredTimer timer) {
    remove(timer);
    if (many != null) {
      many.remove(timer.identity());
      if (isEmpty()) {
        many = null;
      }
    }
  }

  @Override
  boolean before(StoredTimer a, StoredTimer b) {
    if (a.timestamp != b.timestamp) {
      return a.timestamp < b.timestamp;
    }
    if (a.outputTimestamp != b.outputTimestamp) {
      return a.outputTimestamp < b.outputTimestamp;
    }
    int order = a.id.compareTo(b.id);
    if (order == 0) {
      order = a.family.compareTo(b.family);
    }
    if (order == 0) {
      order = a.namespace.order().compareTo(b.namespace.order());
    }
    return order < 0;
  }

  @Override
  int place(StoredTimer timer) {
    return timer.place;
  }

  @Override
  void placed(StoredTimer timer, int newPlace) {
    timer.place = newPlace;
  }
}
