package dev.sluice.benchmarks;

import dev.sluice.translation.operator.StepSpec;
import dev.sluice.translation.operator.grouping.CombineInput;
import dev.sluice.translation.operator.grouping.CombinePerKeySpec;
import dev.sluice.translation.operator.grouping.GroupByKeySpec;
import dev.sluice.translation.operator.stage.FusedStageBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.Sum;
import org.apache.beam.sdk.util.AppliedCombineFn;
import org.apache.beam.sdk.values.KV;
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
 * Tumbling windows of 10,000 elements under 1,000 keys that come from a shuffle: tables per window
 * against Beam's general state machine, and against the table one would write by hand. Operations
 * are elements.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class GroupingBenchmark {
  /** How elements are grouped. */
  @Param({"fast", "general"})
  public String path;

  /** What becomes of the values of a key. */
  @Param({"listed", "summed"})
  public String values;

  private WordWindows windows;
  private RunningStage stage;

  /** Makes the stage. */
  @Setup(Level.Trial)
  public void setUp() throws Exception {
    windows = new WordWindows();
    FusedStageBuilder builder = new FusedStageBuilder();
    builder.addStep(0, "group", spec(path.equals("fast")), 1, 1);
    builder.fromStage(0, 0, builder.newInput());
    builder.toStage(0, 0, null);
    stage = new RunningStage(builder);
  }

  private StepSpec spec(boolean fast) {
    return values.equals("listed")
        ? new GroupByKeySpec(WordWindows.CODER, WordWindows.WINDOWING, fast)
        : new CombinePerKeySpec(
            WordWindows.CODER, sum(), WordWindows.WINDOWING, CombineInput.VALUES, fast);
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // the accumulators of this sum are longs in arrays
  static AppliedCombineFn<?, ?, ?, ?> sum() {
    Combine.BinaryCombineLongFn fn = Sum.ofLongs();
    return AppliedCombineFn.withAccumulatorCoder(
        (Combine.CombineFn) fn,
        fn.getAccumulatorCoder(CoderRegistry.createDefault(), VarLongCoder.of()));
  }

  /** Tears down. */
  @TearDown
  public void tearDown() throws Exception {
    stage.close();
  }

  /** The stage's batch, which closes its window. */
  @Benchmark
  @OperationsPerInvocation(WordWindows.ELEMENTS)
  public int stage() throws Exception {
    List<Object> records = windows.nextKeyed();
    return stage.run(records, windows.watermark()).size();
  }

  /** The same by hand; the elements are made as for the stage. */
  @Benchmark
  @OperationsPerInvocation(WordWindows.ELEMENTS)
  public int byHand() {
    int given = windows.nextKeyed().size();
    Map<String, Object> groups = new HashMap<>();
    for (KV<String, Long> value : windows.values()) {
      if (values.equals("listed")) {
        list(groups, value.getKey()).add(value.getValue());
      } else {
        groups.merge(value.getKey(), value.getValue(), (a, b) -> (Long) a + (Long) b);
      }
    }
    return given - groups.size();
  }

  @SuppressWarnings("unchecked")
  private static List<Long> list(Map<String, Object> groups, String key) {
    return (List<Long>) groups.computeIfAbsent(key, any -> new ArrayList<Long>());
  }
}
