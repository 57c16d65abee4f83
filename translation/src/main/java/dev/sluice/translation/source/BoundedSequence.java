package dev.sluice.translation.source;

import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.io.BoundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowedValues;

/** Reads bounded sources one after the other, each opened when its turn comes. */
final class BoundedSequence implements AutoCloseable {
  private final List<BoundedSource<?>> sources;
  private final PipelineOptions options;
  private int next;
  private BoundedSource.BoundedReader<?> reader;

  BoundedSequence(List<BoundedSource<?>> sources, PipelineOptions options) {
    this.sources = sources;
    this.options = options;
  }

  /** Goes to the next record; returns whether there is one. */
  boolean advance() throws IOException {
    if (reader != null && reader.advance()) {
      return true;
    }
    closeReader();
    while (next < sources.size()) {
      reader = sources.get(next++).createReader(options);
      if (reader.start()) {
        return true;
      }
      closeReader();
    }
    return false;
  }

  /** The record that {@link #advance} found. */
  WindowedValue<?> current() {
    return WindowedValues.timestampedValueInGlobalWindow(
        reader.getCurrent(), reader.getCurrentTimestamp());
  }

  private void closeReader() throws IOException {
    if (reader != null) {
      BoundedSource.BoundedReader<?> closing = reader;
      reader = null; // closed once, also if that fails
      closing.close();
    }
  }

  @Override
  public void close() throws IOException {
    closeReader();
  }
}
