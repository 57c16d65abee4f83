package dev.sluice.benchmarks;

import dev.sluice.translation.operator.grouping.CombineInput;
import dev.sluice.translation.operator.grouping.CombinePerKeySpec;
import dev.sluice.translation.operator.grouping.PrecombineSpec;
import dev.sluice.translation.operator.simple.PassSpec;
import dev.sluice.translation.operator.stage.FusedStageBuilder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.util.AppliedCombineFn;
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
 * A sum per key in tumbling windows of 10,000 elements under 1,000 keys, both sides of the shuffle:
 * with and without combining before it. Operations are elements.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LiftingBenchmark {
  /** Whether values are combined before the shuffle. */
  @Param({"lifted", "plain"})
  public String combine;

  private WordWindows windows;
  private RunningStage before;
  private RunningStage after;

  /** Makes the stages. */
  @Setup(Level.Trial)
  public void setUp() throws Exception {
    windows = new WordWindows();
    boolean lifted = combine.equals("lifted");
    AppliedCombineFn<?, ?, ?, ?> sum = GroupingBenchmark.sum();
    FusedStageBuilder first = new FusedStageBuilder();
    first.addStep(
        0,
        "before",
        lifted ? new PrecombineSpec(WordWindows.CODER, sum, WordWindows.WINDOWING) : new PassSpec(),
        1,
        1);
    first.fromStage(0, 0, first.newInput());
    first.toStage(0, 0, WordWindows.CODER.getKeyCoder());
    before = new RunningStage(first);
    FusedStageBuilder second = new FusedStageBuilder();
    second.addStep(
        0,
        "after",
        new CombinePerKeySpec(
            WordWindows.CODER,
            sum,
            WordWindows.WINDOWING,
            lifted ? CombineInput.ACCUMULATORS : CombineInput.VALUES,
            true),
        1,
        1);
    second.fromStage(0, 0, second.newInput());
    second.toStage(0, 0, null);
    after = new RunningStage(second);
  }

  /** Tears down. */
  @TearDown
  public void tearDown() throws Exception {
    before.close();
    after.close();
  }

  /** A batch of both stages, which closes its window. */
  @Benchmark
  @OperationsPerInvocation(WordWindows.ELEMENTS)
  public int stages() throws Exception {
    List<Object> records = windows.next();
    return after.run(before.run(records, windows.watermark()), windows.watermark()).size();
  }
}
