package dev.sluice.translation.operator.view;

import dev.sluice.executor.api.InputBlock;
import dev.sluice.executor.api.Inventory;
import dev.sluice.executor.api.RecordConsumer;
import dev.sluice.executor.api.ViewProgram;
import dev.sluice.translation.operator.BeamTime;
import org.apache.beam.runners.core.LateDataUtils;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowedValues;
import org.apache.beam.sdk.values.WindowingStrategy;

/**
 * Folds the panes of a view, {@code WindowedValue<Iterable<T>>}, into {@link ViewVersion}s: in each
 * window a later pane replaces an earlier one.
 *
 * <p><b>What is forgotten.</b> A window may be forgotten when no pane of it can come any more (the
 * view's watermark is past its end and the allowed lateness) and no reader asks for it (every
 * reader's main input has expired the main windows that map to it: Beam's rule of {@code
 * WindowMappingFn.maximumLookback}). Readers say how far they are through {@link
 * ViewReader#passed}; a view whose readers say nothing keeps everything. Two margins make up for
 * what is not known here: {@value #GRACE_MILLIS} ms for mapping functions that claim a shorter
 * lookback than they have and for main input that is later than allowed, and {@value #MIN_FOLDS}
 * batches before the first forgetting, far more than may be in flight, so that every partition of
 * every reader has reported once.
 */
public final class ViewMaterialization implements ViewProgram {
  private static final long serialVersionUID = 1;

  static final long GRACE_MILLIS = 3_600_000;
  static final long MIN_FOLDS = 1024;

  private final WindowingStrategy<?, ?> windowing;

  /**
   * A view.
   *
   * @param windowing windowing strategy of the collection that is viewed ({@code
   *     PCollectionView.getWindowingStrategyInternal})
   */
  public ViewMaterialization(WindowingStrategy<?, ?> windowing) {
    this.windowing = windowing;
  }

  @Override
  public ViewVersion initial() {
    return new ViewVersion(this, WindowTable.EMPTY, BeamTime.MIN, 0, new ViewConsumers());
  }

  @Override
  public ViewVersion advance(Object previous, InputBlock block) throws Exception {
    ViewVersion before = (ViewVersion) previous;
    Fold fold = new Fold(before.windows());
    block.drain(record -> fold.add((WindowedValue<?>) record));
    long watermark = BeamTime.fromEngine(block.watermark());
    WindowTable kept = fold.windows.endingFrom(keptFrom(before, watermark));
    return new ViewVersion(this, kept, watermark, before.folds() + 1, before.consumers());
  }

  /**
   * A view that does not change any more, since its own input has ended or pauses, would otherwise
   * keep the windows that its readers are done with.
   */
  @Override
  public boolean isStale(Object version) {
    ViewVersion current = (ViewVersion) version;
    long least = current.windows().leastEnd();
    return least < expiredBefore(current.watermark())
        && (current.folds() < MIN_FOLDS || least < keptFrom(current, current.watermark()));
  }

  @Override
  public void contents(Object version, RecordConsumer out) throws Exception {
    ((ViewVersion) version).windows().forEach(contents -> out.accept(contents.pane()));
  }

  private static WindowedValue<?> inWindow(WindowedValue<?> pane, BoundedWindow window) {
    return pane.getWindows().size() == 1
        ? pane
        : WindowedValues.of(pane.getValue(), pane.getTimestamp(), window, pane.getPaneInfo());
  }

  @Override
  public void inventory(Object version, Inventory to) {
    to.add("view windows", ((ViewVersion) version).windows().size());
  }

  /** Whether the watermark says that an absent window is empty. */
  boolean isClosed(BoundedWindow window, long watermark) {
    long expired = LateDataUtils.garbageCollectionTime(window, windowing).getMillis();
    long fired = windowing.getTrigger().getWatermarkThatGuaranteesFiring(window).getMillis();
    return watermark > Math.min(expired, fired);
  }

  /** What stands for a window in tables: equal for equal encodings. */
  @SuppressWarnings("unchecked") // a window function's coder is for its windows
  Object structural(BoundedWindow window) {
    Coder<BoundedWindow> coder = (Coder<BoundedWindow>) windowing.getWindowFn().windowCoder();
    return coder.structuralValue(window);
  }

  private long keptFrom(ViewVersion before, long watermark) {
    if (before.folds() < MIN_FOLDS) {
      return Long.MIN_VALUE;
    }
    long unread = before.consumers().reached();
    return Math.min(expiredBefore(watermark), graceBefore(unread));
  }

  /** No pane can come for windows that end before this. */
  private long expiredBefore(long watermark) {
    return graceBefore(watermark - windowing.getAllowedLateness().getMillis());
  }

  private static long graceBefore(long time) {
    return time < Long.MIN_VALUE + GRACE_MILLIS ? Long.MIN_VALUE : time - GRACE_MILLIS;
  }

  private final class Fold {
    private WindowTable windows;

    Fold(WindowTable windows) {
      this.windows = windows;
    }

    void add(WindowedValue<?> pane) {
      long index = pane.getPaneInfo().getIndex();
      for (BoundedWindow window : pane.getWindows()) {
        Object structural = structural(window);
        long end = window.maxTimestamp().getMillis();
        WindowContents known = windows.find(end, structural);
        if (known == null || index >= known.paneIndex()) {
          windows =
              windows.with(new WindowContents(structural, end, index, inWindow(pane, window)));
        }
      }
    }
  }
}
