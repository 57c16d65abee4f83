package dev.sluice.translation.operator.grouping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.translation.operator.FakeOperatorContext;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.Operator;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.MetricName;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.Combine.BinaryCombineIntegerFn;
import org.apache.beam.sdk.transforms.CombineWithContext.CombineFnWithContext;
import org.apache.beam.sdk.transforms.CombineWithContext.Context;
import org.apache.beam.sdk.transforms.Sum;
import org.apache.beam.sdk.transforms.windowing.AfterPane;
import org.apache.beam.sdk.transforms.windowing.AfterWatermark;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Never;
import org.apache.beam.sdk.transforms.windowing.Repeatedly;
import org.apache.beam.sdk.transforms.windowing.Sessions;
import org.apache.beam.sdk.transforms.windowing.TimestampCombiner;
import org.apache.beam.sdk.util.AppliedCombineFn;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowedValues;
import org.apache.beam.sdk.values.WindowingStrategy;
import org.joda.time.Duration;
import org.junit.jupiter.api.Test;

/** Combine.PerKey: which operator, what is lifted, and where user code counts. */
class CombineTest {
  private static final KvCoder<String, Integer> CODER =
      KvCoder.of(StringUtf8Coder.of(), VarIntCoder.of());
  private static final WindowingStrategy<?, ?> GLOBAL = WindowingStrategy.globalDefault();
  private static final WindowingStrategy<?, ?> FIXED =
      WindowingStrategy.of(FixedWindows.of(Duration.millis(10)));

  @Test
  void sumsPerKeyInAllOperators() throws Exception {
    for (boolean fast : List.of(true, false)) {
      for (boolean whole : List.of(true, false)) {
        CombinePerKeySpec spec =
            new CombinePerKeySpec(CODER, sum(), GLOBAL, CombineInput.VALUES, fast);
        FakeOperatorContext context = new FakeOperatorContext("sum");
        context.setWholeInput(whole);
        Operator operator = SerializableUtils.clone(spec).create(context);
        feed(operator, KV.of("a", 1), KV.of("b", 2), KV.of("a", 3));
        operator.finishBatch(GroupingStage.MAX);
        assertThat(context.values(0)).containsExactlyInAnyOrder(KV.of("a", 4), KV.of("b", 2));
      }
    }
  }

  @Test
  void partialSumsAreAddedUpBehindTheShuffle() throws Exception {
    PrecombineSpec precombine = new PrecombineSpec(CODER, sum(), GLOBAL);
    FakeOperatorContext before = new FakeOperatorContext("precombine");
    Operator map = SerializableUtils.clone(precombine).create(before);
    feed(map, KV.of("a", 1), KV.of("b", 2), KV.of("a", 3));
    map.finishBatch(GroupingStage.MIN);
    List<WindowedValue<?>> partials = before.take(0);
    assertThat(partials).hasSize(2);

    CombinePerKeySpec spec =
        new CombinePerKeySpec(CODER, sum(), GLOBAL, CombineInput.ACCUMULATORS, true);
    FakeOperatorContext context = new FakeOperatorContext("sum");
    Operator reduce = SerializableUtils.clone(spec).create(context);
    for (int copy = 0; copy < 2; copy++) {
      for (WindowedValue<?> partial : partials) {
        reduce.process(0, key(((KV<?, ?>) partial.getValue()).getKey()), partial);
      }
    }
    reduce.finishBatch(GroupingStage.MAX);
    assertThat(context.values(0)).containsExactlyInAnyOrder(KV.of("a", 8), KV.of("b", 4));
  }

  @Test
  void aLargeTableIsFlushedWithinTheBatch() throws Exception {
    FakeOperatorContext context = new FakeOperatorContext("precombine");
    Operator map = new PrecombineSpec(CODER, sum(), GLOBAL).create(context);
    for (int i = 0; i <= PrecombineOperator.MAX_PARTIALS; i++) {
      feed(map, KV.of("key " + i, 1));
    }
    assertThat(context.take(0)).hasSize(PrecombineOperator.MAX_PARTIALS);
    map.finishBatch(GroupingStage.MIN);
    assertThat(context.take(0)).hasSize(1);
  }

  @Test
  void userCodeCountsForItsStep() throws Exception {
    for (boolean fast : List.of(true, false)) {
      FakeOperatorContext context = new FakeOperatorContext("sum");
      Operator operator =
          new CombinePerKeySpec(CODER, counting(), GLOBAL, CombineInput.VALUES, fast)
              .create(context);
      feed(operator, KV.of("a", 1), KV.of("a", 2));
      operator.finishBatch(GroupingStage.MAX);
      long counted =
          context
              .metrics()
              .getCounter(MetricName.named(CombineTest.class, "applied"))
              .getCumulative();
      assertThat(counted).isPositive();
    }
  }

  @Test
  void theFastestSoundOperatorIsChosen() {
    assertThat(chosen(FIXED, false)).isInstanceOf(FastGroupByKeyOperator.class);
    assertThat(chosen(FIXED.withTrigger(Never.ever()), false))
        .isInstanceOf(FastGroupByKeyOperator.class);
    assertThat(chosen(FIXED.withAllowedLateness(Duration.millis(1)), false))
        .isInstanceOf(GroupByKeyOperator.class);
    assertThat(chosen(sessions(), false)).isInstanceOf(GroupByKeyOperator.class);
    assertThat(chosen(counted(), false)).isInstanceOf(GroupByKeyOperator.class);
    assertThat(chosen(FIXED.withAllowedLateness(Duration.millis(1)), true))
        .isInstanceOf(WholeInputCombineOperator.class);
    assertThat(chosen(sessions(), true)).isInstanceOf(WholeInputMergingOperator.class);
    assertThat(chosen(counted(), true)).isInstanceOf(GroupByKeyOperator.class);
  }

  @Test
  void onlyWhatNobodyCanTellIsLifted() {
    assertThat(isLiftable(FIXED)).isTrue();
    assertThat(isLiftable(FIXED.withAllowedLateness(Duration.millis(1)))).isTrue();
    assertThat(isLiftable(FIXED.withTrigger(AfterWatermark.pastEndOfWindow()))).isTrue();
    assertThat(isLiftable(FIXED.withTimestampCombiner(TimestampCombiner.EARLIEST))).isFalse();
    assertThat(
            CombineLifting.isLiftable(
                FIXED.withTimestampCombiner(TimestampCombiner.EARLIEST), sum().getFn(), true))
        .isTrue();
    assertThat(isLiftable(sessions())).isFalse();
    assertThat(isLiftable(counted())).isFalse();
    assertThat(
            isLiftable(
                FIXED.withTrigger(
                    AfterWatermark.pastEndOfWindow()
                        .withEarlyFirings(AfterPane.elementCountAtLeast(1)))))
        .isFalse();
    assertThat(CombineLifting.isLiftable(FIXED, new WithContext())).isFalse();
  }

  private static boolean isLiftable(WindowingStrategy<?, ?> windowing) {
    return CombineLifting.isLiftable(windowing, sum().getFn());
  }

  private static WindowingStrategy<?, ?> sessions() {
    return WindowingStrategy.of(Sessions.withGapDuration(Duration.millis(10)));
  }

  private static WindowingStrategy<?, ?> counted() {
    return FIXED.withTrigger(Repeatedly.forever(AfterPane.elementCountAtLeast(2)));
  }

  private static Operator chosen(WindowingStrategy<?, ?> windowing, boolean wholeInput) {
    FakeOperatorContext context = new FakeOperatorContext("sum");
    context.setWholeInput(wholeInput);
    return new CombinePerKeySpec(CODER, sum(), windowing, CombineInput.VALUES, true)
        .create(context);
  }

  private static void feed(Operator operator, KV<?, ?>... elements) throws Exception {
    operator.startBatch();
    for (KV<?, ?> element : elements) {
      operator.process(0, key(element.getKey()), WindowedValues.valueInGlobalWindow(element));
    }
  }

  private static Key key(Object key) throws Exception {
    return Key.encode(StringUtf8Coder.of(), (String) key);
  }

  private static AppliedCombineFn<String, Integer, ?, Integer> sum() {
    return AppliedCombineFn.withAccumulatorCoder(Sum.ofIntegers(), accumulators(Sum.ofIntegers()));
  }

  private static AppliedCombineFn<String, Integer, ?, Integer> counting() {
    return AppliedCombineFn.withAccumulatorCoder(
        new CountingSum(), accumulators(new CountingSum()));
  }

  private static Coder<int[]> accumulators(BinaryCombineIntegerFn fn) {
    return fn.getAccumulatorCoder(CoderRegistry.createDefault(), VarIntCoder.of());
  }

  private static final class CountingSum extends BinaryCombineIntegerFn {
    private final Counter applied = Metrics.counter(CombineTest.class, "applied");

    @Override
    public int apply(int left, int right) {
      applied.inc();
      return left + right;
    }

    @Override
    public int identity() {
      return 0;
    }
  }

  private static final class WithContext extends CombineFnWithContext<Integer, Integer, Integer> {
    @Override
    public Integer createAccumulator(Context context) {
      return 0;
    }

    @Override
    public Integer addInput(Integer accumulator, Integer input, Context context) {
      return accumulator + input;
    }

    @Override
    public Integer mergeAccumulators(Iterable<Integer> accumulators, Context context) {
      int sum = 0;
      for (int accumulator : accumulators) {
        sum += accumulator;
      }
      return sum;
    }

    @Override
    public Integer extractOutput(Integer accumulator, Context context) {
      return accumulator;
    }
  }
}
