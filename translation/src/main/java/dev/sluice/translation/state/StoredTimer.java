package dev.sluice.translation.state;

import org.apache.beam.runners.core.StateNamespace;
import org.apache.beam.runners.core.TimerInternals.TimerData;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.values.CausedByDrain;
import org.joda.time.Instant;

/** A timer that is set, or was set and is gone. Setting it again moves this object. */
final class StoredTimer extends TrackedRow {
  /** What makes a timer, within key and domain. */
  record Identity(NamespaceId namespace, String family, String id) {}

  final DomainTimers home;
  final NamespaceId namespace;
  final String family;
  final String id;
  long timestamp;
  long outputTimestamp;
  CausedByDrain causedByDrain;

  /** Place among the timers of key and domain. */
  int place = IntrusiveHeap.NOWHERE;

  /** Place among the holds of the partition. */
  int holdPlace = IntrusiveHeap.NOWHERE;

  /** At most {@link #outputTimestamp}: what the timer is filed under as a hold. */
  long filedHold;

  StoredTimer(DomainTimers home, NamespaceId namespace, String family, String id) {
    this.home = home;
    this.namespace = namespace;
    this.family = family;
    this.id = id;
  }

  TimeDomain domain() {
    return home.domain;
  }

  Identity identity() {
    return new Identity(namespace, family, id);
  }

  boolean is(StateNamespace otherNamespace, String otherFamily, String otherId, RowCodec codec) {
    return id.equals(otherId)
        && family.equals(otherFamily)
        && codec.names(namespace, otherNamespace);
  }

  @Override
  boolean exists() {
    return place != IntrusiveHeap.NOWHERE;
  }

  TimerData toTimerData() {
    return TimerData.of(
        id,
        family,
        namespace.source,
        Instant.ofEpochMilli(timestamp),
        Instant.ofEpochMilli(outputTimestamp),
        home.domain,
        causedByDrain);
  }
}
