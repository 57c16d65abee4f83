package dev.sluice.translation.operator.slices;

import java.util.Collection;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.NonMergingWindowFn;
import org.apache.beam.sdk.transforms.windowing.SlidingWindows;
import org.apache.beam.sdk.transforms.windowing.WindowFn;
import org.apache.beam.sdk.transforms.windowing.WindowMappingFn;
import org.joda.time.Instant;

/**
 * Assigns slices of sliding windows in place of the windows; only to what lies so near to the end
 * of time that a slice cannot stand for its windows it assigns these. Within the runner only: it is
 * the function of collections whose elements may be in both.
 */
public final class SlicedWindows extends NonMergingWindowFn<Object, BoundedWindow> {
  private static final long serialVersionUID = 1;

  private final SlidingWindows windows;
  private final Slices slices;

  /** The slices of windows that {@link Slices#fit}. */
  public SlicedWindows(SlidingWindows windows) {
    this.windows = windows;
    this.slices = Slices.of(windows);
  }

  @Override
  public Collection<BoundedWindow> assignWindows(AssignContext element) {
    return assign(element.timestamp());
  }

  /** What stands for the windows of a timestamp. */
  public List<BoundedWindow> assign(Instant timestamp) {
    long begin = slices.begin(timestamp.getMillis());
    return slices.endsInTime(begin)
        ? List.of(new SliceWindow(slices, begin))
        : List.copyOf(windows.assignWindows(timestamp));
  }

  /** Whether what was {@link #assign}ed to a timestamp is what another one gets as well. */
  public static boolean isShared(List<BoundedWindow> assigned, long timestamp) {
    return assigned.get(0) instanceof SliceWindow slice && slice.holds(timestamp);
  }

  @Override
  public Coder<BoundedWindow> windowCoder() {
    return new SliceCoder(slices);
  }

  @Override
  @SuppressWarnings("deprecation") // Beam's own interface
  public boolean isCompatible(WindowFn<?, ?> other) {
    return equals(other);
  }

  @Override
  public WindowMappingFn<BoundedWindow> getDefaultWindowMappingFn() {
    throw new UnsupportedOperationException("slices are no windows of side inputs");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SlicedWindows that && windows.equals(that.windows);
  }

  @Override
  public int hashCode() {
    return windows.hashCode();
  }
}
