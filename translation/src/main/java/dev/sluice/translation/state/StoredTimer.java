package dev.sluice.translation.state;

import org.apache.beam.runners.core.StateNamespace;
import org.apache.beam.runners.core.TimerInternals.TimerData;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.values.CausedByDrain;
import org.joda.time.Instant;

/**
 * A timer that is set, or was set and is gone: polled, so that it does not change any more. Setting
 * one that is set moves this object.
 */
public final class StoredTimer extends TrackedRow {
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

  /** Where it is among the holds of the partition. */
  TimeBuckets.Bucket holdBucket;

  /** Place within {@link #holdBucket}. */
  int holdPlace;

  StoredTimer(DomainTimers home, NamespaceId namespace, String family, String id) {
    this.home = home;
    this.namespace = namespace;
    this.family = family;
    this.id = id;
  }

  /** The id within the family. */
  public String id() {
    return id;
  }

  /** The family, empty if there is none. */
  public String family() {
    return family;
  }

  /** The namespace it was set in. */
  public StateNamespace namespace() {
    return namespace.source;
  }

  /** When it is due, milliseconds. */
  public long timestamp() {
    return timestamp;
  }

  /** The timestamp of what it emits. */
  public Instant outputTimestamp() {
    return Instant.ofEpochMilli(outputTimestamp);
  }

  /** Whether it has to do with the job's being drained. */
  public CausedByDrain causedByDrain() {
    return causedByDrain;
  }

  /** The clock it waits for. */
  public TimeDomain domain() {
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

  /** The same in Beam's terms. */
  public TimerData toTimerData() {
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
