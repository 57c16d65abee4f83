package dev.sluice.translation.operator.view;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.beam.runners.core.InMemoryMultimapSideInputView;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.transforms.Materializations;
import org.apache.beam.sdk.transforms.Materializations.IterableView;
import org.apache.beam.sdk.transforms.Materializations.MultimapView;
import org.apache.beam.sdk.transforms.ViewFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.WindowedValue;

/**
 * What a view holds in one window: the newest pane. Immutable but for the views built of it, which
 * are kept here so that an executor builds each of them once. Any thread.
 */
final class WindowContents {
  private final Object window;
  private final long end;
  private final long paneIndex;
  private final Iterable<?> values;
  private final WindowedValue<?> pane;
  private final Map<TupleTag<?>, Built> built = new ConcurrentHashMap<>();

  /**
   * The contents of a pane.
   *
   * @param window structural value of the side input window
   * @param end its last millisecond
   * @param paneIndex which pane this is
   * @param pane the pane in this window alone
   */
  WindowContents(Object window, long end, long paneIndex, WindowedValue<?> pane) {
    this.window = window;
    this.end = end;
    this.paneIndex = paneIndex;
    this.values = (Iterable<?>) pane.getValue();
    this.pane = pane;
  }

  Object window() {
    return window;
  }

  long end() {
    return end;
  }

  long paneIndex() {
    return paneIndex;
  }

  /** The pane in this window alone. */
  WindowedValue<?> pane() {
    return pane;
  }

  /** What the view's function makes of these contents; made at the first call. */
  Object as(PCollectionView<?> view) {
    return built
        .computeIfAbsent(view.getTagInternal(), tag -> new Built(build(view, values)))
        .value();
  }

  /**
   * Applies a view's function.
   *
   * @throws RuntimeException what the function throws, such as Beam's complaint about an empty
   *     singleton
   */
  @SuppressWarnings({"unchecked", "rawtypes"}) // the materialization's name says the types
  static Object build(PCollectionView<?> view, Iterable<?> values) {
    String materialization = view.getViewFn().getMaterialization().getUrn();
    switch (materialization) {
      case Materializations.ITERABLE_MATERIALIZATION_URN -> {
        IterableView<?> iterable = () -> (Iterable) values;
        return ((ViewFn) view.getViewFn()).apply(iterable);
      }
      case Materializations.MULTIMAP_MATERIALIZATION_URN -> {
        Coder<Object> keyCoder = ((KvCoder<Object, Object>) view.getCoderInternal()).getKeyCoder();
        MultimapView<?, ?> multimap =
            InMemoryMultimapSideInputView.fromIterable(
                keyCoder, (Iterable<KV<Object, Object>>) values);
        return ((ViewFn) view.getViewFn()).apply(multimap);
      }
      default ->
          throw new IllegalStateException(
              "view "
                  + view.getTagInternal().getId()
                  + " asks for the materialization "
                  + materialization
                  + ", which is not known here; iterable and multimap are");
    }
  }

  /** A built view, which may be null. */
  private record Built(Object value) {}
}
