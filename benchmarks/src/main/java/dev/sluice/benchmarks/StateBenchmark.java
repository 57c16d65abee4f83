package dev.sluice.benchmarks;

import dev.sluice.translation.operator.pardo.ParDoSpec;
import dev.sluice.translation.operator.stage.FusedStageBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.DoFnSchemaInformation;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TupleTag;
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
 * A DoFn that counts in a value of state, in tumbling windows of 10,000 elements under 1,000 keys:
 * state alone, and with a timer that each element sets and that fires at the window's end; and the
 * table one would write by hand. Each on the fast path and on the general one. Operations are
 * elements.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class StateBenchmark {
  /** What the DoFn uses. */
  @Param({"state", "timer"})
  public String uses;

  /** The direct call, or Beam's runners in between. */
  @Param({"direct", "general"})
  public String path;

  private WordWindows windows;
  private RunningStage stage;

  /** Counts. */
  static final class CountInState extends DoFn<KV<String, Long>, Long> {
    private static final long serialVersionUID = 1;

    @StateId("count")
    private final StateSpec<ValueState<Long>> count = StateSpecs.value(VarLongCoder.of());

    @ProcessElement
    public void process(@StateId("count") ValueState<Long> count) {
      Long before = count.read();
      count.write(before == null ? 1 : before + 1);
    }
  }

  /** Counts, and tells the count at the end of the window. */
  static final class CountUntilTimer extends DoFn<KV<String, Long>, Long> {
    private static final long serialVersionUID = 1;

    @StateId("count")
    private final StateSpec<ValueState<Long>> count = StateSpecs.value(VarLongCoder.of());

    @TimerId("end")
    private final TimerSpec end = TimerSpecs.timer(TimeDomain.EVENT_TIME);

    @ProcessElement
    public void process(
        BoundedWindow window, @StateId("count") ValueState<Long> count, @TimerId("end") Timer end) {
      Long before = count.read();
      count.write(before == null ? 1 : before + 1);
      end.set(window.maxTimestamp());
    }

    @OnTimer("end")
    public void tell(@StateId("count") ValueState<Long> count, OutputReceiver<Long> out) {
      out.output(count.read());
      count.clear();
    }
  }

  /** Makes the stage. */
  @Setup(Level.Trial)
  public void setUp() throws Exception {
    windows = new WordWindows();
    TupleTag<Long> main = new TupleTag<>("main");
    ParDoSpec spec =
        new ParDoSpec(
            uses.equals("state") ? new CountInState() : new CountUntilTimer(),
            main,
            List.of(),
            WordWindows.CODER,
            Map.of(main, WordWindows.CODER.getValueCoder()),
            WordWindows.WINDOWING,
            DoFnSchemaInformation.create(),
            Map.of(),
            List.of());
    FusedStageBuilder builder = new FusedStageBuilder();
    builder.addStep(0, "count", path.equals("direct") ? spec : spec.withoutDirect(), 1, 1);
    builder.fromStage(0, 0, builder.newInput());
    builder.toStage(0, 0, null);
    stage = new RunningStage(builder);
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
    Map<String, Long> counts = new HashMap<>();
    for (KV<String, Long> value : windows.values()) {
      counts.merge(value.getKey(), 1L, Long::sum);
    }
    return given - counts.size();
  }
}
