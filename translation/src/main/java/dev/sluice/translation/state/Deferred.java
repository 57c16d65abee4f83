package dev.sluice.translation.state;

import java.util.function.Supplier;
import org.apache.beam.sdk.state.ReadableState;

/** A reading that happens when it is asked for. */
record Deferred<T>(Supplier<T> reading) implements ReadableState<T> {
  @Override
  public T read() {
    return reading.get();
  }

  @Override
  public ReadableState<T> readLater() {
    return this;
  }
}
