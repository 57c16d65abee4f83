package dev.sluice.translation.operator.pardo;

import java.util.List;
import org.apache.beam.runners.core.ReadyCheckingSideInputReader;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.PCollectionView;

/**
 * Whether elements may be processed as far as views go: an element waits until every view of the
 * step is ready in the side input window of the element's window. The answer for a window stays the
 * same during a batch, as the views' versions do.
 */
public final class SideInputGate {
  private final List<PCollectionView<?>> views;
  private final ReadyCheckingSideInputReader reader;

  // the last answer of this batch: neighbours mostly share a window
  private BoundedWindow asked;
  private boolean ready;

  /**
   * A gate.
   *
   * @param views all views of the step
   * @param reader reads them
   */
  public SideInputGate(List<PCollectionView<?>> views, ReadyCheckingSideInputReader reader) {
    this.views = views;
    this.reader = reader;
  }

  /** Whether elements of a main window may be processed. */
  public boolean isOpen(BoundedWindow mainWindow) {
    if (!mainWindow.equals(asked)) {
      ready = allReady(mainWindow);
      asked = mainWindow;
    }
    return ready;
  }

  /** The next batch brings new versions. */
  public void endBatch() {
    asked = null;
  }

  private boolean allReady(BoundedWindow mainWindow) {
    for (PCollectionView<?> view : views) {
      if (!reader.isReady(view, view.getWindowMappingFn().getSideInputWindow(mainWindow))) {
        return false;
      }
    }
    return true;
  }
}
