package dev.sluice.translation.operator.view;

import java.util.List;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.PCollectionView;
import org.joda.time.Instant;

/**
 * A view after a batch: the newest pane of each side input window, and the view's watermark.
 * Immutable, shared by all partitions of the executor; any thread.
 */
public final class ViewVersion {
  private final ViewMaterialization view;
  private final WindowTable windows;
  private final long watermark;
  private final long folds;
  private final ViewConsumers consumers;

  ViewVersion(
      ViewMaterialization view,
      WindowTable windows,
      long watermark,
      long folds,
      ViewConsumers consumers) {
    this.view = view;
    this.windows = windows;
    this.watermark = watermark;
    this.folds = folds;
    this.consumers = consumers;
  }

  /**
   * Whether a side input window may be read: a pane of it has come, or none that the trigger
   * guarantees can come any more, so that its contents are empty.
   */
  public boolean isReady(BoundedWindow sideInputWindow) {
    return contents(sideInputWindow) != null || view.isClosed(sideInputWindow, watermark);
  }

  /**
   * What a view gives in a side input window that {@linkplain #isReady is ready}. Built once per
   * executor and pane.
   *
   * @throws IllegalStateException if the window is not ready
   * @throws java.util.NoSuchElementException from Beam's singleton view when the window is empty
   *     and the view has no default
   */
  public Object get(PCollectionView<?> pcollectionView, BoundedWindow sideInputWindow) {
    WindowContents contents = contents(sideInputWindow);
    if (contents != null) {
      return contents.as(pcollectionView);
    }
    if (!view.isClosed(sideInputWindow, watermark)) {
      throw new IllegalStateException(
          "side input "
              + pcollectionView.getTagInternal().getId()
              + " is not ready in window "
              + sideInputWindow
              + ": nothing has come for it, and its watermark is at "
              + BoundedWindow.formatTimestamp(Instant.ofEpochMilli(watermark)));
    }
    return WindowContents.build(pcollectionView, List.of());
  }

  /** The view's watermark, milliseconds on Beam's scale. */
  public long watermark() {
    return watermark;
  }

  WindowTable windows() {
    return windows;
  }

  /** How many batches were folded. */
  long folds() {
    return folds;
  }

  ViewConsumers consumers() {
    return consumers;
  }

  private WindowContents contents(BoundedWindow window) {
    return windows.find(window.maxTimestamp().getMillis(), view.structural(window));
  }
}
