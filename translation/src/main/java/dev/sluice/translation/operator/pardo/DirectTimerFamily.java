package dev.sluice.translation.operator.pardo;

import java.util.HashMap;
import java.util.Map;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerMap;
import org.apache.beam.sdk.state.TimerSpec;
import org.joda.time.Instant;

/** A family of timers in the hands of user code. */
final class DirectTimerFamily implements TimerMap {
  private final KeyedArguments asker;
  private final String family;
  private final TimerSpec spec;
  private final Map<String, Timer> timers = new HashMap<>();

  DirectTimerFamily(KeyedArguments asker, String family, TimerSpec spec) {
    this.asker = asker;
    this.family = family;
    this.spec = spec;
  }

  /** Sets a timer anew, whatever was asked of an earlier object of its. */
  @Override
  public void set(String timerId, Instant absoluteTime) {
    Timer timer = make(timerId);
    timer.set(absoluteTime);
    timers.put(timerId, timer);
  }

  @Override
  public Timer get(String timerId) {
    return timers.computeIfAbsent(timerId, this::make);
  }

  private Timer make(String timerId) {
    return new DirectTimer(asker, family, timerId, spec);
  }
}
