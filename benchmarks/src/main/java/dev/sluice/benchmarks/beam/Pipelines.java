package dev.sluice.benchmarks.beam;

import dev.sluice.benchmarks.workload.Job;
import dev.sluice.benchmarks.workload.LineStream;
import dev.sluice.benchmarks.workload.Workload;
import java.nio.file.Path;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.io.TextIO;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Filter;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Top;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.transforms.join.CoGroupByKey;
import org.apache.beam.sdk.transforms.join.KeyedPCollectionTuple;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Sessions;
import org.apache.beam.sdk.transforms.windowing.SlidingWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.joda.time.Duration;

/** The pipeline of each workload, as a user of Beam would write it. */
final class Pipelines {
  private final Job job;
  private final Workload workload;
  private final String ledger;
  private final boolean bounded;

  /**
   * @param bounded whether streams are given as bounded sources
   */
  Pipelines(Job job, boolean bounded) {
    this.job = job;
    this.workload = job.workload();
    this.ledger = job.ledger().name();
    this.bounded = bounded;
  }

  void build(Pipeline pipeline) {
    switch (workload) {
      case GREP -> grep(pipeline);
      case WORD_COUNT -> wordCount(pipeline);
      case SLIDING_60, SLIDING_600 -> slidingCount(pipeline);
      case KEYED_STATE -> keyedState(pipeline);
      case SESSIONS -> sessions(pipeline);
      case SIDE_INPUT -> sideInput(pipeline);
      case CO_GROUP -> coGroup(pipeline);
      case TOP -> top(pipeline);
      case FILE_WORD_COUNT -> fileWordCount(pipeline);
      case GROUP_BY_KEY -> groupByKey(pipeline);
      case LATENCY_50K, LATENCY_200K -> latency(pipeline);
    }
  }

  private void grep(Pipeline pipeline) {
    pipeline
        .apply("Read", lines(job.stream()))
        .apply("Filter", Filter.by(line -> line.contains(Workload.NEEDLE)))
        .apply("Window", tumbling())
        .apply("Count", Combine.globally(Count.<String>combineFn()).withoutDefaults())
        .apply("Tell", ParDo.of(new TellCount(ledger)));
  }

  private void wordCount(Pipeline pipeline) {
    pipeline
        .apply("Read", lines(job.stream()))
        .apply("Split", ParDo.of(new SplitLine()))
        .apply("Window", tumbling())
        .apply("Count", Count.perElement())
        .apply("Tell", ParDo.of(new TellCounts(ledger)));
  }

  private void slidingCount(Pipeline pipeline) {
    pipeline
        .apply("Read", lines(job.stream()))
        .apply("Key", ParDo.of(new FirstWord()))
        .apply(
            "Window",
            Window.into(
                SlidingWindows.of(Duration.millis(workload.slidingMillis()))
                    .every(Duration.millis(workload.windowMillis()))))
        .apply("Count", Count.perElement())
        .apply("Tell", ParDo.of(new TellCounts(ledger)));
  }

  private void keyedState(Pipeline pipeline) {
    keyed(pipeline, "", job.stream())
        .apply("Count", ParDo.of(new CountInState()))
        .apply("Tell", ParDo.of(new TellCounts(ledger)));
  }

  private void sessions(Pipeline pipeline) {
    pipeline
        .apply("Read", lines(job.stream()))
        .apply("Key", ParDo.of(new FirstWord()))
        .apply(
            "Window",
            Window.into(Sessions.withGapDuration(Duration.millis(Workload.SESSION_GAP_MILLIS))))
        .apply("Count", Count.perElement())
        .apply("Tell", ParDo.of(new TellSessions(ledger)));
  }

  private void sideInput(Pipeline pipeline) {
    PCollectionView<Map<String, Boolean>> spam =
        pipeline
            .apply("Spam", Create.of(Workload.spam()))
            .apply(
                "Mark",
                MapElements.into(
                        TypeDescriptors.kvs(TypeDescriptors.strings(), TypeDescriptors.booleans()))
                    .via(word -> KV.of(word, true)))
            .apply("View", View.asMap());
    pipeline
        .apply("Read", lines(job.stream()))
        .apply("Without spam", ParDo.of(new WithoutSpam(spam)).withSideInputs(spam))
        .apply("Window", tumbling())
        .apply("Count", Combine.globally(Count.<String>combineFn()).withoutDefaults())
        .apply("Tell", ParDo.of(new TellCount(ledger)));
  }

  private void coGroup(Pipeline pipeline) {
    TupleTag<String> left = new TupleTag<>("left");
    TupleTag<String> right = new TupleTag<>("right");
    KeyedPCollectionTuple.of(left, keyed(pipeline, "Left ", job.stream()))
        .and(right, keyed(pipeline, "Right ", job.stream().other()))
        .apply("Join", CoGroupByKey.create())
        .apply("Tell", ParDo.of(new TellJoined(ledger, left, right)));
  }

  private void top(Pipeline pipeline) {
    pipeline
        .apply("Read", lines(job.stream()))
        .apply("Split", ParDo.of(new SplitLine()))
        .apply("Window", tumbling())
        .apply("Count", Count.perElement())
        .apply("Top", Top.of(Workload.TOP_WORDS, new MoreFrequent()).withoutDefaults())
        .apply("Tell", ParDo.of(new TellTop(ledger)));
  }

  private void fileWordCount(Pipeline pipeline) {
    Path directory = job.files().get(0).getParent();
    pipeline
        .apply("Read", TextIO.read().from(directory + "/*.txt"))
        .apply("Split", ParDo.of(new SplitLine()))
        .apply("Count", Count.perElement())
        .apply("Tell", ParDo.of(new TellTotals(ledger)));
  }

  private void groupByKey(Pipeline pipeline) {
    pipeline
        .apply("Read", Read.from(new LineRange(job.stream())))
        .apply("Key", ParDo.of(new KeyByFirstWord()))
        .apply("Group", GroupByKey.create())
        .apply("Tell", ParDo.of(new TellGroups(ledger)));
  }

  private void latency(Pipeline pipeline) {
    pipeline
        .apply("Read", lines(job.stream()))
        .apply("Key", ParDo.of(new FirstWord()))
        .apply("Window", tumbling())
        .apply("Count", Count.perElement())
        .apply("Tell", ParDo.of(new TellArrivals(ledger, job.pace())));
  }

  private PCollection<KV<String, String>> keyed(Pipeline pipeline, String name, LineStream stream) {
    return pipeline
        .apply(name + "Read", lines(stream))
        .apply(name + "Key", ParDo.of(new KeyByFirstWord()))
        .apply(name + "Window", tumbling());
  }

  private PTransform<PBegin, PCollection<String>> lines(LineStream stream) {
    return bounded
        ? Read.from(new LineRange(stream))
        : Read.from(new LineSource(stream, workload.kind() == Workload.Kind.PACED));
  }

  private <T> Window<T> tumbling() {
    return Window.into(FixedWindows.of(Duration.millis(workload.windowMillis())));
  }
}
