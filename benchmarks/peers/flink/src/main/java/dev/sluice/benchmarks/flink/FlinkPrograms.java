package dev.sluice.benchmarks.flink;

import dev.sluice.benchmarks.workload.Job;
import dev.sluice.benchmarks.workload.Ledger;
import dev.sluice.benchmarks.workload.LineStream;
import dev.sluice.benchmarks.workload.Lines;
import dev.sluice.benchmarks.workload.Pace;
import dev.sluice.benchmarks.workload.Workload;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.DiscardingSink;
import org.apache.flink.streaming.api.functions.windowing.ProcessAllWindowFunction;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.EventTimeSessionWindows;
import org.apache.flink.streaming.api.windowing.assigners.GlobalWindows;
import org.apache.flink.streaming.api.windowing.assigners.SlidingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.assigners.WindowAssigner;
import org.apache.flink.streaming.api.windowing.time.Time;
import org.apache.flink.streaming.api.windowing.windows.GlobalWindow;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;

/** The program of each workload. Results end in the function that makes them. */
@SuppressWarnings("deprecation")
final class FlinkPrograms {
  private static final TypeInformation<Tuple3<String, Long, Long>> COUNT =
      Types.TUPLE(Types.STRING, Types.LONG, Types.LONG);

  private final Job job;
  private final Workload workload;
  private final String ledger;
  private final TumblingEventTimeWindows tumbling;

  FlinkPrograms(Job job) {
    this.job = job;
    this.workload = job.workload();
    this.ledger = job.ledger().name();
    this.tumbling = TumblingEventTimeWindows.of(Time.milliseconds(workload.windowMillis()));
  }

  void build(StreamExecutionEnvironment environment) {
    DataStream<?> ends =
        switch (workload) {
          case GREP -> grep(environment);
          case WORD_COUNT -> count(words(lines(environment, job.stream())), tumbling, tell());
          case SLIDING_60, SLIDING_600 ->
              count(
                  keys(environment),
                  SlidingEventTimeWindows.of(
                      Time.milliseconds(workload.slidingMillis()),
                      Time.milliseconds(workload.windowMillis())),
                  tell());
          case KEYED_STATE ->
              lines(environment, job.stream())
                  .keyBy(Lines::key)
                  .process(new CountInState(ledger, workload.windowMillis()));
          case SESSIONS ->
              count(
                  keys(environment),
                  // windows that only touch are merged here, and not elsewhere
                  EventTimeSessionWindows.withGap(
                      Time.milliseconds(Workload.SESSION_GAP_MILLIS - 1)),
                  tellSession());
          case CO_GROUP -> join(environment);
          case TOP -> top(environment);
          case FILE_WORD_COUNT -> fileWordCount(environment);
          case GROUP_BY_KEY -> groupByKey(environment);
          case LATENCY_50K, LATENCY_200K -> count(keys(environment), tumbling, tellArrival());
          case SIDE_INPUT -> throw new IllegalArgumentException("no " + workload);
        };
    ends.addSink(new DiscardingSink<>());
  }

  /** What becomes of a count. */
  private interface Tell extends Serializable {
    void tell(String key, TimeWindow window, long count);
  }

  private Tell tell() {
    String name = ledger;
    return (key, window, count) -> Ledger.of(name).add(key, window.getStart(), count);
  }

  private Tell tellSession() {
    String name = ledger;
    return (key, window, count) ->
        Ledger.of(name)
            .add(
                key,
                window.getStart(),
                Workload.session(count, window.getEnd() + 1 - window.getStart()));
  }

  private Tell tellArrival() {
    String name = ledger;
    Pace pace = job.pace();
    return (key, window, count) ->
        pace.arrived(Ledger.of(name), key, window.getStart(), window.getEnd(), count);
  }

  private DataStream<Void> grep(StreamExecutionEnvironment environment) {
    String name = ledger;
    return lines(environment, job.stream())
        .filter(line -> line.contains(Workload.NEEDLE))
        .windowAll(tumbling)
        .aggregate(
            new CountElements<>(),
            new ProcessAllWindowFunction<Long, Void, TimeWindow>() {
              @Override
              public void process(Context context, Iterable<Long> counts, Collector<Void> out) {
                Ledger.of(name).add("", context.window().getStart(), counts.iterator().next());
              }
            },
            Types.LONG,
            Types.LONG,
            Types.VOID);
  }

  private static DataStream<Void> count(
      DataStream<String> words, WindowAssigner<Object, TimeWindow> windows, Tell tell) {
    return words
        .keyBy(word -> word)
        .window(windows)
        .aggregate(
            new CountElements<>(),
            new ProcessWindowFunction<Long, Void, String, TimeWindow>() {
              @Override
              public void process(
                  String key, Context context, Iterable<Long> counts, Collector<Void> out) {
                tell.tell(key, context.window(), counts.iterator().next());
              }
            },
            Types.LONG,
            Types.LONG,
            Types.VOID);
  }

  private DataStream<Void> top(StreamExecutionEnvironment environment) {
    String name = ledger;
    return words(lines(environment, job.stream()))
        .keyBy(word -> word)
        .window(tumbling)
        .aggregate(
            new CountElements<>(),
            new ProcessWindowFunction<Long, Tuple3<String, Long, Long>, String, TimeWindow>() {
              @Override
              public void process(
                  String key,
                  Context context,
                  Iterable<Long> counts,
                  Collector<Tuple3<String, Long, Long>> out) {
                out.collect(Tuple3.of(key, context.window().getStart(), counts.iterator().next()));
              }
            },
            Types.LONG,
            Types.LONG,
            COUNT)
        .windowAll(tumbling)
        .process(
            new ProcessAllWindowFunction<Tuple3<String, Long, Long>, Void, TimeWindow>() {
              @Override
              public void process(
                  Context context,
                  Iterable<Tuple3<String, Long, Long>> counts,
                  Collector<Void> out) {
                List<Tuple3<String, Long, Long>> sorted = new ArrayList<>();
                counts.forEach(sorted::add);
                sorted.sort(
                    Comparator.<Tuple3<String, Long, Long>>comparingLong(count -> -count.f2)
                        .thenComparing(count -> count.f0));
                for (int rank = 0; rank < Math.min(Workload.TOP_WORDS, sorted.size()); rank++) {
                  Tuple3<String, Long, Long> word = sorted.get(rank);
                  Ledger.of(name).add(word.f0, word.f1, Workload.ranked(rank, word.f2));
                }
              }
            })
        .returns(Types.VOID);
  }

  private DataStream<Void> join(StreamExecutionEnvironment environment) {
    String name = ledger;
    return tagged(environment, job.stream(), true)
        .union(tagged(environment, job.stream().other(), false))
        .keyBy(line -> Lines.key(line.f1))
        .window(tumbling)
        .process(
            new ProcessWindowFunction<Tuple2<Boolean, String>, Void, String, TimeWindow>() {
              @Override
              public void process(
                  String key,
                  Context context,
                  Iterable<Tuple2<Boolean, String>> lines,
                  Collector<Void> out) {
                long left = 0;
                long leftHashes = 0;
                long right = 0;
                long rightHashes = 0;
                for (Tuple2<Boolean, String> line : lines) {
                  if (line.f0) {
                    left++;
                    leftHashes += line.f1.hashCode();
                  } else {
                    right++;
                    rightHashes += line.f1.hashCode();
                  }
                }
                long value = Workload.joined(left, leftHashes, right, rightHashes);
                Ledger.of(name).add(key, context.window().getStart(), value);
              }
            })
        .returns(Types.VOID);
  }

  private DataStream<Void> fileWordCount(StreamExecutionEnvironment environment) {
    String name = ledger;
    return words(environment.readTextFile(job.files().get(0).getParent().toString()))
        .map(word -> Tuple2.of(word, 1L))
        .returns(Types.TUPLE(Types.STRING, Types.LONG))
        .keyBy(word -> word.f0)
        .reduce((a, b) -> Tuple2.of(a.f0, a.f1 + b.f1))
        .filter(
            count -> {
              Ledger.of(name).add(count.f0, 0, count.f1);
              return false;
            })
        .map(count -> (Void) null)
        .returns(Types.VOID);
  }

  private DataStream<Void> groupByKey(StreamExecutionEnvironment environment) {
    String name = ledger;
    return environment
        .fromSequence(0, job.records() - 1)
        .map(new MakeLine(job.stream()))
        .keyBy(Lines::key)
        .window(GlobalWindows.create())
        .trigger(new AtTheEnd())
        .process(
            new ProcessWindowFunction<String, Void, String, GlobalWindow>() {
              @Override
              public void process(
                  String key, Context context, Iterable<String> group, Collector<Void> out) {
                long lines = 0;
                long hashes = 0;
                for (String line : group) {
                  lines++;
                  hashes += line.hashCode();
                }
                Ledger.of(name).add(key, 0, Workload.group(lines, hashes));
              }
            })
        .returns(Types.VOID);
  }

  private DataStream<String> lines(StreamExecutionEnvironment environment, LineStream stream) {
    return environment.addSource(
        new LineFunction(stream, workload.kind() == Workload.Kind.PACED), Types.STRING);
  }

  private DataStream<String> keys(StreamExecutionEnvironment environment) {
    return lines(environment, job.stream()).map(Lines::key);
  }

  private DataStream<Tuple2<Boolean, String>> tagged(
      StreamExecutionEnvironment environment, LineStream stream, boolean left) {
    return lines(environment, stream)
        .map(line -> Tuple2.of(left, line))
        .returns(Types.TUPLE(Types.BOOLEAN, Types.STRING));
  }

  private static DataStream<String> words(DataStream<String> lines) {
    return lines
        .flatMap(
            (String line, Collector<String> out) -> {
              int start = 0;
              for (int space = line.indexOf(' '); space >= 0; space = line.indexOf(' ', start)) {
                out.collect(line.substring(start, space));
                start = space + 1;
              }
              out.collect(line.substring(start));
            })
        .returns(Types.STRING);
  }
}
