package dev.sluice.translation.state;

import dev.sluice.translation.operator.Key;
import org.apache.beam.runners.core.StateNamespace;
import org.apache.beam.runners.core.TimerInternals;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.values.CausedByDrain;
import org.joda.time.Instant;

/**
 * The timers of one key. An object of a key without timers is known to nobody but its holder, who
 * may go on using it.
 */
public final class KeyTimers extends KeyTable.Entry implements TimerInternals {
  final StepTimers step;
  private Object decodedKey;
  private DomainTimers event;
  private DomainTimers processing;
  private DomainTimers synchronizedProcessing;

  KeyTimers(StepTimers step, Key key) {
    super(key);
    this.step = step;
  }

  /** The encoded key. */
  public Key key() {
    return key;
  }

  /** The key as {@link #keepDecoded} was given it, or null. */
  public Object decodedKey() {
    return decodedKey;
  }

  /** Keeps a decoded key, which must be immutable, so that it need not be decoded to fire. */
  public void keepDecoded(Object newest) {
    decodedKey = newest;
  }

  /** The timers of a domain, null if there never was one. */
  DomainTimers in(TimeDomain domain) {
    return switch (domain) {
      case EVENT_TIME -> event;
      case PROCESSING_TIME -> processing;
      case SYNCHRONIZED_PROCESSING_TIME -> synchronizedProcessing;
    };
  }

  DomainTimers madeIn(TimeDomain domain) {
    DomainTimers present = in(domain);
    if (present != null) {
      return present;
    }
    DomainTimers made = new DomainTimers(this, domain);
    switch (domain) {
      case EVENT_TIME -> event = made;
      case PROCESSING_TIME -> processing = made;
      case SYNCHRONIZED_PROCESSING_TIME -> synchronizedProcessing = made;
    }
    return made;
  }

  boolean isEmpty() {
    return isEmpty(event) && isEmpty(processing) && isEmpty(synchronizedProcessing);
  }

  private static boolean isEmpty(DomainTimers timers) {
    return timers == null || timers.isEmpty();
  }

  @Override
  public void setTimer(
      StateNamespace namespace,
      String timerId,
      String timerFamilyId,
      Instant target,
      Instant outputTimestamp,
      TimeDomain timeDomain) {
    step.set(
        this,
        timeDomain,
        namespace,
        timerFamilyId,
        timerId,
        target.getMillis(),
        outputTimestamp.getMillis(),
        CausedByDrain.NORMAL);
  }

  @Override
  @Deprecated
  public void setTimer(TimerData timer) {
    step.set(
        this,
        timer.getDomain(),
        timer.getNamespace(),
        timer.getTimerFamilyId(),
        timer.getTimerId(),
        timer.getTimestamp().getMillis(),
        timer.getOutputTimestamp().getMillis(),
        timer.causedByDrain());
  }

  @Override
  public void deleteTimer(
      StateNamespace namespace, String timerId, String timerFamilyId, TimeDomain timeDomain) {
    step.delete(this, timeDomain, namespace, timerFamilyId, timerId);
  }

  @Override
  @Deprecated
  public void deleteTimer(StateNamespace namespace, String timerId, String timerFamilyId) {
    for (TimeDomain domain : TimeDomain.values()) {
      deleteTimer(namespace, timerId, timerFamilyId, domain);
    }
  }

  @Override
  @Deprecated
  public void deleteTimer(TimerData timer) {
    deleteTimer(
        timer.getNamespace(), timer.getTimerId(), timer.getTimerFamilyId(), timer.getDomain());
  }

  @Override
  public Instant currentProcessingTime() {
    return Instant.ofEpochMilli(step.clock().processingTime());
  }

  /** The processing clock: work upstream in the same batch has been done before. */
  @Override
  public Instant currentSynchronizedProcessingTime() {
    return currentProcessingTime();
  }

  @Override
  public Instant currentInputWatermarkTime() {
    return Instant.ofEpochMilli(step.clock().inputWatermark());
  }

  @Override
  public Instant currentOutputWatermarkTime() {
    Long outputWatermark = step.clock().outputWatermark();
    return outputWatermark == null ? null : Instant.ofEpochMilli(outputWatermark);
  }
}
