package dev.sluice.benchmarks;

import dev.sluice.executor.api.PartitionProcessor;
import dev.sluice.translation.operator.StepSpec;
import dev.sluice.translation.operator.pardo.ParDoSpec;
import dev.sluice.translation.operator.simple.PassSpec;
import dev.sluice.translation.operator.stage.FusedStageBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.beam.runners.core.construction.SerializablePipelineOptions;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.DoFnSchemaInformation;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.WindowedValues;
import org.apache.beam.sdk.values.WindowingStrategy;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Three fused DoFns over lines of text (split into words, keep the long ones, lower-case them): the
 * direct ParDo chain against Beam's general runner of a DoFn and against the loop one would write
 * by hand. Operations are lines.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ParDoChainBenchmark {
  private static final int LINES = 10_000;
  private static final int WORDS_PER_LINE = 13;
  private static final int MIN_LENGTH = 4;

  /** How DoFns are called. */
  @Param({"direct", "general"})
  public String chain;

  /**
   * How many lines another chain, of other DoFns, has processed in this JVM before: what a JVM that
   * runs more than one pipeline, or more than one stage, looks like to the compiler.
   */
  @Param({"0", "1000000"})
  public int linesElsewhere;

  private List<Object> elements;
  private List<String> lines;
  private PartitionProcessor processor;
  private OneInputBatch batch;

  /** Splits a line. */
  static final class Split extends DoFn<String, String> {
    @ProcessElement
    public void process(@Element String line, OutputReceiver<String> out) {
      int start = 0;
      for (int space = line.indexOf(' '); space >= 0; space = line.indexOf(' ', start)) {
        out.output(line.substring(start, space));
        start = space + 1;
      }
      out.output(line.substring(start));
    }
  }

  /** Keeps long words. */
  static final class KeepLong extends DoFn<String, String> {
    @ProcessElement
    public void process(@Element String word, OutputReceiver<String> out) {
      if (word.length() >= MIN_LENGTH) {
        out.output(word);
      }
    }
  }

  /** Appends a letter, so that there is a little work. */
  static final class Mark extends DoFn<String, String> {
    @ProcessElement
    public void process(@Element String word, OutputReceiver<String> out) {
      out.output(word + '!');
    }
  }

  /** First of another chain: the first word of a line. */
  static final class Head extends DoFn<String, String> {
    @ProcessElement
    public void process(@Element String line, OutputReceiver<String> out) {
      out.output(line.substring(0, line.indexOf(' ')));
    }
  }

  /** Two outputs for each element. */
  static final class Twice extends DoFn<String, String> {
    @ProcessElement
    public void process(@Element String word, OutputReceiver<String> out) {
      out.output(word);
      out.output(word);
    }
  }

  /** Another one-to-one function. */
  static final class Shout extends DoFn<String, String> {
    @ProcessElement
    public void process(@Element String word, OutputReceiver<String> out) {
      out.output(word.toUpperCase(Locale.ROOT));
    }
  }

  /** The old way to write a DoFn. */
  static final class ByContext extends DoFn<String, String> {
    @ProcessElement
    public void process(ProcessContext context) {
      context.output(context.element());
    }
  }

  /** No output. */
  static final class Drop extends DoFn<String, String> {
    @ProcessElement
    public void process(@Element String word) {}
  }

  /** Makes the lines and the stage. */
  @Setup(Level.Trial)
  public void setUp() throws Exception {
    lines = new ArrayList<>();
    elements = new ArrayList<>();
    for (int i = 0; i < LINES; i++) {
      StringBuilder line = new StringBuilder();
      for (int w = 0; w < WORDS_PER_LINE; w++) {
        line.append(w == 0 ? "" : " ")
            .append("word".substring(w % 3))
            .append((i * 31 + w * 7) % 9973);
      }
      lines.add(line.toString());
      elements.add(WindowedValues.valueInGlobalWindow(line.toString()));
    }
    batch = new OneInputBatch(elements);
    runElsewhere();
    processor = chainOf(List.of(new Split(), new KeepLong(), new Mark()));
  }

  private void runElsewhere() throws Exception {
    try (PartitionProcessor other =
        chainOf(List.of(new Head(), new Twice(), new Shout(), new ByContext(), new Drop()))) {
      for (int done = 0; done < linesElsewhere; done += LINES) {
        other.process(batch);
      }
    }
    batch.takeEmitted();
  }

  private PartitionProcessor chainOf(List<DoFn<String, String>> fns) throws Exception {
    FusedStageBuilder builder = new FusedStageBuilder();
    builder.addStep(0, "read", new PassSpec(), 1, 1);
    builder.fromStage(0, 0, builder.newInput());
    for (int i = 0; i < fns.size(); i++) {
      builder.addStep(i + 1, "step" + i, spec(fns.get(i)), 1, 1);
      builder.connect(i, 0, i + 1, 0);
    }
    builder.toStage(fns.size(), 0, null);
    return builder
        .build(false, false, new SerializablePipelineOptions(PipelineOptionsFactory.create()))
        .create(new LonePartition());
  }

  private StepSpec spec(DoFn<String, String> fn) {
    TupleTag<String> main = new TupleTag<>("main");
    ParDoSpec spec =
        new ParDoSpec(
            fn,
            main,
            List.of(),
            StringUtf8Coder.of(),
            Map.of(main, StringUtf8Coder.of()),
            WindowingStrategy.globalDefault(),
            DoFnSchemaInformation.create(),
            Map.of(),
            List.of());
    return chain.equals("direct") ? spec : spec.withoutDirect();
  }

  /** Tears down. */
  @TearDown
  public void tearDown() throws Exception {
    processor.close();
  }

  /** The stage's batch. */
  @Benchmark
  @OperationsPerInvocation(LINES)
  public long stage() throws Exception {
    processor.process(batch);
    return batch.takeEmitted();
  }

  /** The same by hand, wrapping only what leaves the stage. */
  @Benchmark
  @OperationsPerInvocation(LINES)
  public long loop() {
    for (String line : lines) {
      int start = 0;
      for (int space = line.indexOf(' '); space >= 0; space = line.indexOf(' ', start)) {
        word(line.substring(start, space));
        start = space + 1;
      }
      word(line.substring(start));
    }
    return batch.takeEmitted();
  }

  private void word(String word) {
    if (word.length() >= MIN_LENGTH) {
      batch.emit(0, 0, WindowedValues.valueInGlobalWindow(word + '!'));
    }
  }
}
