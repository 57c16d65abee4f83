package dev.sluice.benchmarks.jet;

import com.hazelcast.function.ComparatorEx;
import com.hazelcast.function.ConsumerEx;
import com.hazelcast.function.FunctionEx;
import com.hazelcast.jet.Traverser;
import com.hazelcast.jet.Traversers;
import com.hazelcast.jet.aggregate.AggregateOperations;
import com.hazelcast.jet.datamodel.KeyedWindowResult;
import com.hazelcast.jet.pipeline.GeneralStage;
import com.hazelcast.jet.pipeline.Pipeline;
import com.hazelcast.jet.pipeline.Sinks;
import com.hazelcast.jet.pipeline.Sources;
import com.hazelcast.jet.pipeline.StreamStage;
import com.hazelcast.jet.pipeline.WindowDefinition;
import dev.sluice.benchmarks.workload.Job;
import dev.sluice.benchmarks.workload.Ledger;
import dev.sluice.benchmarks.workload.LineStream;
import dev.sluice.benchmarks.workload.Lines;
import dev.sluice.benchmarks.workload.Pace;
import dev.sluice.benchmarks.workload.Workload;
import java.util.List;

/** The pipeline of each workload. */
final class JetPipelines {
  private final Job job;
  private final Workload workload;
  private final String ledger;
  private final int parallelism;
  private final WindowDefinition tumbling;

  JetPipelines(Job job, int parallelism) {
    this.job = job;
    this.workload = job.workload();
    this.ledger = job.ledger().name();
    this.parallelism = parallelism;
    this.tumbling = WindowDefinition.tumbling(workload.windowMillis());
  }

  void build(Pipeline pipeline) {
    switch (workload) {
      case GREP -> grep(pipeline);
      case WORD_COUNT -> wordCount(pipeline);
      case SLIDING_60, SLIDING_600 -> slidingCount(pipeline);
      case SESSIONS -> sessions(pipeline);
      case CO_GROUP -> join(pipeline);
      case TOP -> top(pipeline);
      case FILE_WORD_COUNT -> fileWordCount(pipeline);
      case GROUP_BY_KEY -> groupByKey(pipeline);
      case LATENCY_50K, LATENCY_200K -> latency(pipeline);
      case KEYED_STATE, SIDE_INPUT -> throw new IllegalArgumentException("no " + workload);
    }
  }

  private void grep(Pipeline pipeline) {
    String name = ledger;
    tell(
        lines(pipeline, job.stream())
            .filter(line -> line.contains(Workload.NEEDLE))
            .window(tumbling)
            .aggregate(AggregateOperations.counting()),
        count -> Ledger.of(name).add("", count.start(), count.result()));
  }

  private StreamStage<KeyedWindowResult<String, Long>> countWords(Pipeline pipeline) {
    return lines(pipeline, job.stream())
        .flatMap(JetPipelines::words)
        .groupingKey(FunctionEx.identity())
        .window(tumbling)
        .aggregate(AggregateOperations.counting());
  }

  private StreamStage<KeyedWindowResult<String, Long>> countKeys(
      Pipeline pipeline, WindowDefinition windows) {
    return lines(pipeline, job.stream())
        .map(Lines::key)
        .groupingKey(FunctionEx.identity())
        .window(windows)
        .aggregate(AggregateOperations.counting());
  }

  private void wordCount(Pipeline pipeline) {
    String name = ledger;
    tell(
        countWords(pipeline),
        count -> Ledger.of(name).add(count.key(), count.start(), count.result()));
  }

  private void slidingCount(Pipeline pipeline) {
    String name = ledger;
    tell(
        countKeys(
            pipeline, WindowDefinition.sliding(workload.slidingMillis(), workload.windowMillis())),
        count -> Ledger.of(name).add(count.key(), count.start(), count.result()));
  }

  private void sessions(Pipeline pipeline) {
    String name = ledger;
    tell(
        countKeys(pipeline, WindowDefinition.session(Workload.SESSION_GAP_MILLIS)),
        count ->
            Ledger.of(name)
                .add(
                    count.key(),
                    count.start(),
                    Workload.session(count.result(), count.end() - count.start())));
  }

  private void join(Pipeline pipeline) {
    String name = ledger;
    tell(
        lines(pipeline, job.stream())
            .groupingKey(Lines::key)
            .window(tumbling)
            .aggregate2(
                AggregateOperations.toList(),
                lines(pipeline, job.stream().other()).groupingKey(Lines::key),
                AggregateOperations.toList()),
        joined -> {
          List<String> left = joined.result().f0();
          List<String> right = joined.result().f1();
          long value = Workload.joined(left.size(), hashes(left), right.size(), hashes(right));
          Ledger.of(name).add(joined.key(), joined.start(), value);
        });
  }

  private void top(Pipeline pipeline) {
    String name = ledger;
    tell(
        countWords(pipeline)
            .window(tumbling)
            .aggregate(
                AggregateOperations.topN(
                    Workload.TOP_WORDS,
                    ComparatorEx.<KeyedWindowResult<String, Long>, Long>comparing(
                            KeyedWindowResult::result)
                        .thenComparing(KeyedWindowResult::key, ComparatorEx.reverseOrder()))),
        top -> {
          for (int rank = 0; rank < top.result().size(); rank++) {
            KeyedWindowResult<String, Long> word = top.result().get(rank);
            Ledger.of(name).add(word.key(), word.start(), Workload.ranked(rank, word.result()));
          }
        });
  }

  private void fileWordCount(Pipeline pipeline) {
    String name = ledger;
    tell(
        pipeline
            .readFrom(Sources.files(job.files().get(0).getParent().toString()))
            .flatMap(JetPipelines::words)
            .groupingKey(FunctionEx.identity())
            .aggregate(AggregateOperations.counting()),
        count -> Ledger.of(name).add(count.getKey(), 0, count.getValue()));
  }

  private void groupByKey(Pipeline pipeline) {
    String name = ledger;
    tell(
        pipeline
            .readFrom(LineProcessor.batch(job.stream(), parallelism))
            .groupingKey(Lines::key)
            .aggregate(AggregateOperations.toList()),
        group -> {
          List<String> lines = group.getValue();
          Ledger.of(name).add(group.getKey(), 0, Workload.group(lines.size(), hashes(lines)));
        });
  }

  private void latency(Pipeline pipeline) {
    String name = ledger;
    Pace pace = job.pace();
    tell(
        countKeys(pipeline, tumbling),
        count ->
            pace.arrived(Ledger.of(name), count.key(), count.start(), count.end(), count.result()));
  }

  private StreamStage<String> lines(Pipeline pipeline, LineStream stream) {
    boolean paced = workload.kind() == Workload.Kind.PACED;
    return pipeline
        .readFrom(LineProcessor.stream(stream, paced, parallelism))
        .withNativeTimestamps(0);
  }

  private static Traverser<String> words(String line) {
    return Traversers.traverseArray(split(line));
  }

  private static String[] split(String line) {
    String[] words = new String[Lines.WORDS_PER_LINE];
    int start = 0;
    for (int i = 0; i < words.length - 1; i++) {
      int space = line.indexOf(' ', start);
      words[i] = line.substring(start, space);
      start = space + 1;
    }
    words[words.length - 1] = line.substring(start);
    return words;
  }

  private static long hashes(List<String> lines) {
    long hashes = 0;
    for (String line : lines) {
      hashes += line.hashCode();
    }
    return hashes;
  }

  /** Results end where they are made: a sink would be one more hand-over between threads. */
  private static <T> void tell(GeneralStage<T> stage, ConsumerEx<? super T> consumer) {
    stage
        .filter(
            result -> {
              consumer.accept(result);
              return false;
            })
        .writeTo(Sinks.noop());
  }
}
