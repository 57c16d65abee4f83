package dev.sluice.translation.operator.splittable;

import java.util.Map;
import org.apache.beam.runners.core.SideInputReader;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.PCollectionView;

/**
 * Side inputs as {@code @SideInput} parameters ask for them.
 *
 * @param mapping views by tag
 * @param reader reads them
 */
record SideInputsByTag(Map<String, PCollectionView<?>> mapping, SideInputReader reader) {
  Object get(String tag, BoundedWindow mainWindow) {
    PCollectionView<?> view = mapping.get(tag);
    if (view == null) {
      throw new IllegalArgumentException("calling getSideInput() with unknown view");
    }
    return reader.get(view, view.getWindowMappingFn().getSideInputWindow(mainWindow));
  }
}
