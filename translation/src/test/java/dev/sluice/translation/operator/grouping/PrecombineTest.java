package dev.sluice.translation.operator.grouping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.translation.operator.FakeOperatorContext;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.KeyedReceiver;
import dev.sluice.translation.operator.Operator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.Sum;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.util.AppliedCombineFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowedValues;
import org.apache.beam.sdk.values.WindowingStrategy;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

/** What a precombine remembers of keys from batch to batch. */
class PrecombineTest {
  private static final WindowingStrategy<?, ?> WINDOWS =
      WindowingStrategy.of(FixedWindows.of(Duration.millis(10)));

  /** The way out, which also checks keys that come with elements. */
  private static final class Out implements KeyedReceiver {
    private final Coder<String> coder;
    private final List<WindowedValue<?>> taken = new ArrayList<>();
    private final List<Key> keys = new ArrayList<>();

    Out(Coder<String> coder) {
      this.coder = coder;
    }

    @Override
    public Coder<?> keyCoder() {
      return coder;
    }

    @Override
    public void accept(WindowedValue<?> element) {
      taken.add(element);
    }

    @Override
    public void accept(Key key, WindowedValue<?> element) throws Exception {
      String decoded = (String) ((KV<?, ?>) element.getValue()).getKey();
      assertThat(key).isEqualTo(Key.encode(coder, decoded));
      keys.add(key);
      taken.add(element);
    }
  }

  private final Out out = new Out(StringUtf8Coder.of());
  private final FakeOperatorContext context = new FakeOperatorContext("precombine");

  private Operator precombine(WindowingStrategy<?, ?> windowing) {
    context.redirect(0, out);
    Coder<int[]> accumulators =
        Sum.ofIntegers().getAccumulatorCoder(CoderRegistry.createDefault(), VarIntCoder.of());
    return new PrecombineSpec(
            KvCoder.of(StringUtf8Coder.of(), VarIntCoder.of()),
            AppliedCombineFn.withAccumulatorCoder(Sum.ofIntegers(), accumulators),
            windowing)
        .create(context);
  }

  private static WindowedValue<KV<String, Integer>> one(int key, int window) {
    Instant begin = Instant.ofEpochMilli(window * 10L);
    // a key of its own each time, as in life
    return WindowedValues.of(
        KV.of(new String("key " + key), 1),
        begin,
        new IntervalWindow(begin, Duration.millis(10)),
        PaneInfo.NO_FIRING);
  }

  /** The sums of a batch, in the order in which windows and keys came. */
  private static Map<BoundedWindow, Map<String, Integer>> expected(List<Integer> batch) {
    Map<BoundedWindow, Map<String, Integer>> sums = new LinkedHashMap<>();
    for (int number : batch) {
      WindowedValue<KV<String, Integer>> element = one(number / 3, number % 3);
      sums.computeIfAbsent(element.getWindows().iterator().next(), w -> new LinkedHashMap<>())
          .merge(element.getValue().getKey(), 1, Integer::sum);
    }
    return sums;
  }

  @Property(tries = 300)
  void eachBatchIsSummedByItselfWhateverIsRemembered(
      @ForAll @Size(max = 12)
          List<@Size(max = 60) List<@IntRange(min = 0, max = 59) Integer>> batches)
      throws Exception {
    out.taken.clear();
    Operator operator = precombine(WINDOWS);
    for (List<Integer> batch : batches) {
      operator.startBatch();
      for (int number : batch) {
        operator.process(0, null, one(number / 3, number % 3));
      }
      operator.finishBatch(0);
      List<String> expected = new ArrayList<>();
      expected(batch)
          .forEach(
              (window, sums) ->
                  sums.forEach((key, sum) -> expected.add(window + " " + key + " " + sum)));
      List<String> summed = new ArrayList<>();
      for (WindowedValue<?> partial : out.taken) {
        KV<?, ?> kv = (KV<?, ?>) partial.getValue();
        BoundedWindow window = partial.getWindows().iterator().next();
        assertThat(partial.getTimestamp()).isEqualTo(window.maxTimestamp());
        summed.add(window + " " + kv.getKey() + " " + ((int[]) kv.getValue())[0]);
      }
      assertThat(summed).isEqualTo(expected);
      out.taken.clear();
    }
  }

  @Test
  void aKeyThatComesAgainIsNotEncodedAgain() throws Exception {
    Operator operator = precombine(WINDOWS);
    for (int batch = 0; batch < 3; batch++) {
      operator.process(0, null, one(7, batch));
      operator.finishBatch(0);
    }
    assertThat(out.keys).hasSize(3);
    assertThat(out.keys.get(1)).isSameAs(out.keys.get(0));
    assertThat(out.keys.get(2)).isSameAs(out.keys.get(0));
  }

  @Test
  void keysThatNeverComeAgainAreForgotten() throws Exception {
    Operator operator = precombine(WINDOWS);
    int key = 0;
    for (int batch = 0; batch < 200; batch++) {
      for (int i = 0; i < 1_000; i++) {
        operator.process(0, null, one(key++, 0));
      }
      operator.finishBatch(0);
      assertThat(FakeOperatorContext.held(operator, "known keys")).isLessThanOrEqualTo(2_000);
    }
  }

  @Test
  void keysThatComeNowAndThenAreForgottenWhenTheyAreTooMany() throws Exception {
    Operator operator = precombine(WINDOWS);
    int key = 0;
    for (int batch = 0; batch < 1_000; batch++) {
      for (int i = 0; i < 100; i++) {
        operator.process(0, null, one(i % 2 == 0 ? i : key++, 0));
      }
      operator.finishBatch(0);
      assertThat(FakeOperatorContext.held(operator, "known keys")).isLessThan(25_000);
    }
  }

  @Test
  void nothingIsKeptAtTheEndOfTime() throws Exception {
    Operator operator = precombine(WINDOWS);
    operator.process(0, null, one(1, 0));
    operator.finishBatch(0);
    assertThat(FakeOperatorContext.held(operator, "known keys")).isOne();
    operator.finishBatch(BoundedWindow.TIMESTAMP_MAX_VALUE.getMillis());
    assertThat(FakeOperatorContext.held(operator, "known keys")).isZero();
  }
}
