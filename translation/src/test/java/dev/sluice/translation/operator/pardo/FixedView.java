package dev.sluice.translation.operator.pardo;

import dev.sluice.executor.api.InputBlock;
import dev.sluice.executor.api.RecordConsumer;
import dev.sluice.translation.operator.view.ViewMaterialization;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.WindowedValues;
import org.joda.time.Duration;

/** A view of strings as an iterable in windows of 10 ms, and its versions. */
final class FixedView {
  final PCollectionView<Iterable<String>> view;
  private final ViewMaterialization materialization;
  private Object version;

  FixedView() {
    view =
        Pipeline.create()
            .apply(Create.of("any"))
            .apply(Window.into(FixedWindows.of(Duration.millis(10))))
            .apply(View.asIterable());
    materialization = new ViewMaterialization(view.getWindowingStrategyInternal());
    version = materialization.initial();
  }

  /** The next version: a pane has come. */
  Object withPane(BoundedWindow window, String... values) throws Exception {
    return fold(
        List.of(
            WindowedValues.of(
                List.of(values), window.maxTimestamp(), window, PaneInfo.ON_TIME_AND_ONLY_FIRING)),
        BoundedWindow.TIMESTAMP_MIN_VALUE.getMillis());
  }

  /** The next version: the view's watermark has advanced. */
  Object withWatermark(long watermark) throws Exception {
    return fold(List.of(), watermark);
  }

  Object version() {
    return version;
  }

  private Object fold(List<?> panes, long watermark) throws Exception {
    version = materialization.advance(version, new Panes(new ArrayList<>(panes), watermark));
    return version;
  }

  private record Panes(List<Object> panes, long watermark) implements InputBlock {
    @Override
    public boolean isEmpty() {
      return panes.isEmpty();
    }

    @Override
    public void drain(RecordConsumer consumer) throws Exception {
      for (Object pane : panes) {
        consumer.accept(pane);
      }
      panes.clear();
    }
  }
}
