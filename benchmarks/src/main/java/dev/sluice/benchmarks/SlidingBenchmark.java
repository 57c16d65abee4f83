package dev.sluice.benchmarks;

import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.KeyedElement;
import dev.sluice.translation.operator.grouping.CombineInput;
import dev.sluice.translation.operator.grouping.CombinePerKeySpec;
import dev.sluice.translation.operator.slices.SlicedWindows;
import dev.sluice.translation.operator.stage.FusedStageBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.Max;
import org.apache.beam.sdk.transforms.Sum;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.transforms.windowing.SlidingWindows;
import org.apache.beam.sdk.util.AppliedCombineFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.WindowedValues;
import org.apache.beam.sdk.values.WindowingStrategy;
import org.joda.time.Duration;
import org.joda.time.Instant;
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
 * Windows that begin every second, over accumulators of 1,000 keys that come from a shuffle: one of
 * each key per second, in its slice or in all its windows. Each batch closes a window. Operations
 * are panes, of which there is one per accumulator.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SlidingBenchmark {
  private static final int KEYS = 1_000;
  private static final long PERIOD = 1_000;

  /** How elements come. */
  @Param({"slices", "windows"})
  public String path;

  /** What is combined: a sum is subtracted from, a maximum needs two stacks. */
  @Param({"sum", "max"})
  public String function;

  /** Seconds in a window. */
  @Param({"60", "600"})
  public int size;

  private final List<Key> keys = new ArrayList<>();
  private SlidingWindows windows;
  private SlicedWindows slices;
  private RunningStage stage;
  private long second;

  /** Makes the stage, and fills its first window. */
  @Setup(Level.Trial)
  public void setUp() throws Exception {
    windows = SlidingWindows.of(Duration.standardSeconds(size)).every(Duration.millis(PERIOD));
    slices = new SlicedWindows(windows);
    for (int i = 0; i < KEYS; i++) {
      keys.add(Key.encode(StringUtf8Coder.of(), "key" + i));
    }
    CombinePerKeySpec combine =
        new CombinePerKeySpec(
            KvCoder.of(StringUtf8Coder.of(), VarLongCoder.of()),
            combineFn(),
            WindowingStrategy.of(windows),
            CombineInput.ACCUMULATORS,
            true);
    FusedStageBuilder builder = new FusedStageBuilder();
    builder.addStep(0, "combine", isSliced() ? combine.sliced() : combine, 1, 1);
    builder.fromStage(0, 0, builder.newInput());
    builder.toStage(0, 0, null);
    stage = new RunningStage(builder);
    second = size;
    for (int i = 0; i < size; i++) {
      stage();
    }
  }

  private boolean isSliced() {
    return path.equals("slices");
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // the accumulators of both are longs in arrays
  private AppliedCombineFn<?, ?, ?, ?> combineFn() {
    Combine.BinaryCombineLongFn fn = function.equals("sum") ? Sum.ofLongs() : Max.ofLongs();
    return AppliedCombineFn.withAccumulatorCoder(
        (Combine.CombineFn) fn,
        fn.getAccumulatorCoder(CoderRegistry.createDefault(), VarLongCoder.of()));
  }

  /** Tears down. */
  @TearDown
  public void tearDown() throws Exception {
    stage.close();
  }

  /** A second. */
  @Benchmark
  @OperationsPerInvocation(KEYS)
  public int stage() throws Exception {
    Instant begin = Instant.ofEpochMilli(second * PERIOD);
    List<? extends BoundedWindow> in =
        isSliced() ? slices.assign(begin) : List.copyOf(windows.assignWindows(begin));
    List<Object> records = new ArrayList<>(KEYS);
    for (int i = 0; i < KEYS; i++) {
      KV<String, long[]> one = KV.of("key" + i, new long[] {second ^ i});
      records.add(
          new KeyedElement(keys.get(i), WindowedValues.of(one, begin, in, PaneInfo.NO_FIRING)));
    }
    second++;
    return stage.run(records, second * PERIOD).size();
  }
}
