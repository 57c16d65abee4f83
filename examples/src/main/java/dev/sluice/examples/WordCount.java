package dev.sluice.examples;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.io.TextIO;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Top;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;

/**
 * Counts the words of text files and prints the most frequent ones, the number of lines, and how
 * long it took.
 */
public final class WordCount {
  private WordCount() {}

  /** What can be set. */
  public interface Options extends PipelineOptions {
    @Description("The text files to read, as a path or a pattern. Default: Java sources hereunder.")
    @Default.String("**/src/main/java/**/*.java")
    String getInputs();

    void setInputs(String inputs);

    @Description("How many of the most frequent words to print.")
    @Default.Integer(20)
    int getTop();

    void setTop(int top);
  }

  /** Runs the pipeline that the arguments ask for. */
  public static void main(String[] args) {
    Options options = PipelineOptionsFactory.fromArgs(args).withValidation().as(Options.class);
    long begin = System.nanoTime();
    PipelineResult result = pipeline(options).run();
    result.waitUntilFinish();
    double seconds = (System.nanoTime() - begin) / 1e9;
    System.out.printf(Locale.ROOT, "%,d lines in %.1f seconds%n", lines(result), seconds);
  }

  static Pipeline pipeline(Options options) {
    Pipeline pipeline = Pipeline.create(options);
    words(pipeline.apply("Read", TextIO.read().from(options.getInputs())))
        .apply("Count", Count.perElement())
        .apply("Top", Top.of(options.getTop(), new KV.OrderByValue<String, Long>()))
        .apply("Print", ParDo.of(new Print()));
    return pipeline;
  }

  static PCollection<String> words(PCollection<String> lines) {
    return lines.apply("Split", ParDo.of(new Split()));
  }

  static long lines(PipelineResult result) {
    MetricsFilter filter =
        MetricsFilter.builder()
            .addNameFilter(MetricNameFilter.named(WordCount.class, "lines"))
            .build();
    long lines = 0;
    for (MetricResult<Long> counter : result.metrics().queryMetrics(filter).getCounters()) {
      lines += counter.getAttempted();
    }
    return lines;
  }

  /** Gives the words of each line, in lower case. */
  private static final class Split extends DoFn<String, String> {
    private static final long serialVersionUID = 1;
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_]+");

    private final Counter lines = Metrics.counter(WordCount.class, "lines");

    @ProcessElement
    public void process(@Element String line, OutputReceiver<String> words) {
      lines.inc();
      Matcher word = WORD.matcher(line);
      while (word.find()) {
        words.output(word.group().toLowerCase(Locale.ROOT));
      }
    }
  }

  /** Prints the words of its one element, the most frequent first. */
  private static final class Print extends DoFn<List<KV<String, Long>>, Void> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element List<KV<String, Long>> top) {
      for (KV<String, Long> word : top) {
        System.out.printf(Locale.ROOT, "%,10d  %s%n", word.getValue(), word.getKey());
      }
    }
  }
}
