package dev.sluice.integration.recovery;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Sum;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;
import org.joda.time.Duration;

/**
 * Counts numbers per key in user state and in windows, with a factor from a side input, and appends
 * what it finds to a file. Whatever happens, the file's distinct lines are those of a run in which
 * nothing happened.
 */
public final class CountingPipeline {
  public static final long NUMBERS = 30_000;
  private static final int KEYS = 17;
  private static final long WINDOW_MILLIS = 5_000;
  private static final long FACTOR = 3;

  /** Asked now and then by what runs in this JVM. */
  private static volatile Callable<Boolean> failNow = () -> false;

  private CountingPipeline() {}

  /** Lets pipelines of this JVM fail once something is the case. */
  static void failWhen(Callable<Boolean> isTheCase) {
    failNow = isTheCase;
  }

  /** Arguments: the file, numbers per second of each split, then pipeline options. */
  public static void main(String[] args) {
    Path file = Path.of(args[0]);
    long perSecond = Long.parseLong(args[1]);
    String[] options = Stream.of(args).skip(2).toArray(String[]::new);
    build(file, perSecond, options).run().waitUntilFinish();
  }

  public static Pipeline build(Path file, long perSecond, String... options) {
    Pipeline pipeline =
        Pipeline.create(PipelineOptionsFactory.fromArgs(options).withValidation().create());
    PCollectionView<Long> factor =
        pipeline.apply("factor", Create.of(FACTOR)).apply(View.asSingleton());
    PCollection<KV<Integer, Long>> keyed =
        pipeline
            .apply("numbers", Read.from(new NumberSource(NUMBERS, perSecond)))
            .apply("key", ParDo.of(new Keyed(factor)).withSideInputs(factor));
    keyed
        .apply("total", ParDo.of(new Total()))
        .apply("write totals", ParDo.of(new Append(file.toString())));
    keyed
        .apply("window", Window.into(FixedWindows.of(Duration.millis(WINDOW_MILLIS))))
        .apply("sum", Sum.longsPerKey())
        .apply("name window", ParDo.of(new NameWindow()))
        .apply("write sums", ParDo.of(new Append(file.toString())));
    return pipeline;
  }

  /** What the file has to hold, by what comes before the colon. */
  public static Map<String, Long> expected() {
    Map<String, Long> expected = new TreeMap<>();
    for (long number = 0; number < NUMBERS; number++) {
      int key = (int) (number % KEYS);
      long window = number / WINDOW_MILLIS * WINDOW_MILLIS;
      expected.merge("window " + window + " key " + key, number * FACTOR, Long::sum);
      expected.merge("total key " + key, 1L, Long::sum);
    }
    return expected;
  }

  private static final class Keyed extends DoFn<Long, KV<Integer, Long>> {
    private final PCollectionView<Long> factor;

    Keyed(PCollectionView<Long> factor) {
      this.factor = factor;
    }

    @ProcessElement
    public void process(ProcessContext context) throws Exception {
      long number = context.element();
      if (number % 100 == 0 && failNow.call()) {
        throw new IllegalStateException("on purpose");
      }
      context.output(KV.of((int) (number % KEYS), number * context.sideInput(factor)));
    }
  }

  private static final class Total extends DoFn<KV<Integer, Long>, String> {
    @StateId("count")
    private final StateSpec<ValueState<Long>> count = StateSpecs.value(VarLongCoder.of());

    @ProcessElement
    public void process(@StateId("count") ValueState<Long> state) {
      Long before = state.read();
      state.write(before == null ? 1 : before + 1);
    }

    @OnWindowExpiration
    @SuppressWarnings("UnusedMethod") // called by Beam
    public void end(
        @Key Integer key, @StateId("count") ValueState<Long> state, OutputReceiver<String> out) {
      out.output("total key " + key + ": " + state.read());
    }
  }

  private static final class NameWindow extends DoFn<KV<Integer, Long>, String> {
    @ProcessElement
    public void process(
        @Element KV<Integer, Long> sum, IntervalWindow window, OutputReceiver<String> out) {
      out.output(
          "window " + window.start().getMillis() + " key " + sum.getKey() + ": " + sum.getValue());
    }
  }

  private static final class Append extends DoFn<String, Void> {
    private final String file;

    Append(String file) {
      this.file = file;
    }

    @ProcessElement
    public void process(@Element String line) {
      try {
        Files.writeString(
            Path.of(file), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
