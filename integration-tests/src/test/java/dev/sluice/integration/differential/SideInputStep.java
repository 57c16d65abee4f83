package dev.sluice.integration.differential;

import dev.sluice.integration.differential.Description.WithSideInput;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Filter;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Sum;
import org.apache.beam.sdk.transforms.Values;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;

/** Puts to each element what the side input is for its window: every third element, windowed. */
final class SideInputStep {
  private SideInputStep() {}

  static PCollection<KV<Integer, String>> apply(
      WithSideInput step,
      PCollection<KV<Integer, Integer>> source,
      PCollection<KV<Integer, Integer>> windowed) {
    PCollection<KV<Integer, Integer>> side =
        source
            .apply("side", Filter.by(element -> element.getValue() % 3 == 0))
            .apply("side windows", Window.into(step.windows().fn()));
    return switch (step.view()) {
      case LIST -> with(windowed, list(side, View.asList()));
      case ITERABLE -> withIterable(windowed, side);
      case MULTIMAP -> withMap(windowed, side.apply("view", View.asMultimap()));
      case SUM -> with(windowed, sum(side));
    };
  }

  private static PCollectionView<List<Integer>> list(
      PCollection<KV<Integer, Integer>> side, View.AsList<Integer> view) {
    return side.apply("values", Values.create()).apply("view", view);
  }

  private static PCollectionView<Integer> sum(PCollection<KV<Integer, Integer>> side) {
    return side.apply("values", Values.create())
        .apply("view", Sum.integersGlobally().asSingletonView());
  }

  private static PCollection<KV<Integer, String>> withIterable(
      PCollection<KV<Integer, Integer>> main, PCollection<KV<Integer, Integer>> side) {
    PCollectionView<Iterable<Integer>> view =
        side.apply("values", Values.create()).apply("view", View.asIterable());
    return coded(main.apply("with side", ParDo.of(new WithIterable(view)).withSideInputs(view)));
  }

  private static PCollection<KV<Integer, String>> withMap(
      PCollection<KV<Integer, Integer>> main,
      PCollectionView<Map<Integer, Iterable<Integer>>> view) {
    return coded(main.apply("with side", ParDo.of(new WithMap(view)).withSideInputs(view)));
  }

  private static <T> PCollection<KV<Integer, String>> with(
      PCollection<KV<Integer, Integer>> main, PCollectionView<T> view) {
    return coded(main.apply("with side", ParDo.of(new With<>(view)).withSideInputs(view)));
  }

  private static PCollection<KV<Integer, String>> coded(PCollection<KV<Integer, String>> output) {
    return output.setCoder(KvCoder.of(VarIntCoder.of(), StringUtf8Coder.of()));
  }

  private static String text(KV<Integer, Integer> element, String side) {
    return element.getValue() + " with " + side;
  }

  /** With a list or a single value. */
  private static final class With<T> extends DoFn<KV<Integer, Integer>, KV<Integer, String>> {
    private static final long serialVersionUID = 1;

    private final PCollectionView<T> view;

    With(PCollectionView<T> view) {
      this.view = view;
    }

    @ProcessElement
    @SuppressWarnings("unchecked") // lists are of integers
    public void process(ProcessContext c) {
      T side = c.sideInput(view);
      String shown =
          side instanceof List<?> list ? Text.sorted((List<Integer>) list) : String.valueOf(side);
      c.output(KV.of(c.element().getKey(), text(c.element(), shown)));
    }
  }

  /** With an iterable. */
  private static final class WithIterable extends DoFn<KV<Integer, Integer>, KV<Integer, String>> {
    private static final long serialVersionUID = 1;

    private final PCollectionView<Iterable<Integer>> view;

    WithIterable(PCollectionView<Iterable<Integer>> view) {
      this.view = view;
    }

    @ProcessElement
    public void process(ProcessContext c) {
      String shown = Text.sorted(c.sideInput(view));
      c.output(KV.of(c.element().getKey(), text(c.element(), shown)));
    }
  }

  /** With a multimap. */
  private static final class WithMap extends DoFn<KV<Integer, Integer>, KV<Integer, String>> {
    private static final long serialVersionUID = 1;

    private final PCollectionView<Map<Integer, Iterable<Integer>>> view;

    WithMap(PCollectionView<Map<Integer, Iterable<Integer>>> view) {
      this.view = view;
    }

    @ProcessElement
    public void process(ProcessContext c) {
      Map<Integer, String> shown = new TreeMap<>();
      c.sideInput(view).forEach((key, values) -> shown.put(key, Text.sorted(values)));
      c.output(KV.of(c.element().getKey(), text(c.element(), shown.toString())));
    }
  }
}
