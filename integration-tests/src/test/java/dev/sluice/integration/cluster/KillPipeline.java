package dev.sluice.integration.cluster;

import dev.sluice.integration.recovery.NumberSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Sum;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;

/**
 * Numbers, counted per key in user state for many keys, the counts summed in windows. Every number
 * makes its key's count greater by one, and what a window sums is the counts: a number that is lost
 * or counted twice changes sums.
 */
final class KillPipeline {
  private static final int GROUPS = 4;
  private static final long WINDOW_MILLIS = 1_000;

  private KillPipeline() {}

  /**
   * Appends a line per window and group to {@code file}: what, the sum, and when it was written.
   */
  static Pipeline build(Path file, long numbers, long perSecond, int keys, String... options) {
    Pipeline pipeline =
        Pipeline.create(PipelineOptionsFactory.fromArgs(options).withValidation().create());
    PCollection<KV<Integer, Long>> counts =
        pipeline
            .apply("numbers", Read.from(new NumberSource(numbers, perSecond)))
            .apply("key", ParDo.of(new Keyed(keys)))
            .apply("count", ParDo.of(new Count()));
    counts
        .apply("window", Window.into(FixedWindows.of(Duration.millis(WINDOW_MILLIS))))
        .apply("sum", Sum.longsPerKey())
        .apply("write", ParDo.of(new Write(file.toString())));
    return pipeline;
  }

  /** What the file has to hold: sums by window and group. */
  static Map<String, Long> expected(long numbers, int keys) {
    Map<String, Long> expected = new TreeMap<>();
    for (long number = 0; number < numbers; number++) {
      long window = number / WINDOW_MILLIS * WINDOW_MILLIS;
      long count = number / keys + 1;
      expected.merge("window " + window + " group " + number % keys % GROUPS, count, Long::sum);
    }
    return expected;
  }

  private static final class Keyed extends DoFn<Long, KV<Integer, Long>> {
    private final int keys;

    Keyed(int keys) {
      this.keys = keys;
    }

    @ProcessElement
    public void process(@Element Long number, OutputReceiver<KV<Integer, Long>> out) {
      out.output(KV.of((int) (number % keys), number));
    }
  }

  private static final class Count extends DoFn<KV<Integer, Long>, KV<Integer, Long>> {
    @StateId("count")
    private final StateSpec<ValueState<Long>> count = StateSpecs.value(VarLongCoder.of());

    @ProcessElement
    public void process(
        @Element KV<Integer, Long> number,
        @StateId("count") ValueState<Long> state,
        OutputReceiver<KV<Integer, Long>> out) {
      Long before = state.read();
      long now = before == null ? 1 : before + 1;
      state.write(now);
      out.output(KV.of(number.getKey() % GROUPS, now));
    }
  }

  private static final class Write extends DoFn<KV<Integer, Long>, Void> {
    private final String file;

    Write(String file) {
      this.file = file;
    }

    @ProcessElement
    public void process(@Element KV<Integer, Long> sum, IntervalWindow window) {
      String line =
          "window "
              + window.start().getMillis()
              + " group "
              + sum.getKey()
              + ": "
              + sum.getValue()
              + " @"
              + System.currentTimeMillis()
              + "\n";
      try {
        Files.writeString(
            Path.of(file), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
