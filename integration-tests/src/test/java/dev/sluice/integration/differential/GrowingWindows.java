package dev.sluice.integration.differential;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.IncompatibleWindowException;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.WindowFn;
import org.apache.beam.sdk.transforms.windowing.WindowMappingFn;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Each element opens a window of a quarter of the size; all that begin in the same span of the full
 * size become one window that covers the whole span, which is larger than any of them.
 */
final class GrowingWindows extends WindowFn<Object, IntervalWindow> {
  private static final long serialVersionUID = 1;

  private final long size;

  GrowingWindows(long size) {
    this.size = size;
  }

  @Override
  public Collection<IntervalWindow> assignWindows(AssignContext c) {
    Instant start = c.timestamp();
    return List.of(new IntervalWindow(start, Duration.millis(Math.max(1, size / 4))));
  }

  @Override
  public void mergeWindows(MergeContext c) throws Exception {
    TreeMap<Long, List<IntervalWindow>> spans = new TreeMap<>();
    for (IntervalWindow window : c.windows()) {
      spans
          .computeIfAbsent(
              Math.floorDiv(window.start().getMillis(), size), span -> new ArrayList<>())
          .add(window);
    }
    for (var span : spans.entrySet()) {
      List<IntervalWindow> parts = span.getValue();
      if (parts.size() > 1) {
        Instant start = new Instant(span.getKey() * size);
        IntervalWindow whole = new IntervalWindow(start, Duration.millis(size));
        // A window at the very end of the span may reach beyond it.
        for (IntervalWindow part : parts) {
          whole = whole.span(part);
        }
        c.merge(parts, whole);
      }
    }
  }

  @Override
  @SuppressWarnings("deprecation") // abstract in WindowFn
  public boolean isCompatible(WindowFn<?, ?> other) {
    return equals(other);
  }

  @Override
  public void verifyCompatibility(WindowFn<?, ?> other) throws IncompatibleWindowException {
    if (!equals(other)) {
      throw new IncompatibleWindowException(other, "only the same size is compatible");
    }
  }

  @Override
  public Coder<IntervalWindow> windowCoder() {
    return IntervalWindow.getCoder();
  }

  @Override
  public WindowMappingFn<IntervalWindow> getDefaultWindowMappingFn() {
    throw new UnsupportedOperationException("not for side inputs");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GrowingWindows that && that.size == size;
  }

  @Override
  public int hashCode() {
    return Objects.hash(size);
  }

  /** For its name in messages of a failed trial. */
  @Override
  public String toString() {
    return "GrowingWindows(" + size + ")";
  }

  static boolean contains(BoundedWindow window, Instant timestamp) {
    return !(window instanceof IntervalWindow interval)
        || (!timestamp.isBefore(interval.start()) && timestamp.isBefore(interval.end()));
  }
}
