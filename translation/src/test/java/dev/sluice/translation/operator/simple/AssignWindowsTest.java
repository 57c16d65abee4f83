package dev.sluice.translation.operator.simple;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.translation.operator.FakeOperatorContext;
import dev.sluice.translation.operator.Operator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.transforms.windowing.SlidingWindows;
import org.apache.beam.sdk.transforms.windowing.WindowFn;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowedValues;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

/** The fast way to assign fixed windows does what the general one does. */
class AssignWindowsTest {
  @Property(tries = 1_000)
  void fixedWindowsAreThoseOfTheFunction(
      @ForAll @IntRange(min = 1, max = 40) int size,
      @ForAll @IntRange(min = 0, max = 39) int offset,
      @ForAll @Size(max = 30) List<@LongRange(min = -100, max = 100) Long> times,
      @ForAll @IntRange(min = 1, max = 2) int windows)
      throws Exception {
    FixedWindows fn =
        FixedWindows.of(Duration.millis(size)).withOffset(Duration.millis(offset % size));
    compare(fn, times.stream().map(Instant::ofEpochMilli).toList(), windows);
  }

  @Test
  void alsoAtTheEndsOfTime() throws Exception {
    compare(
        FixedWindows.of(Duration.standardDays(1)),
        List.of(
            BoundedWindow.TIMESTAMP_MAX_VALUE,
            GlobalWindow.INSTANCE.maxTimestamp(),
            GlobalWindow.INSTANCE.maxTimestamp().minus(Duration.standardHours(30)),
            BoundedWindow.TIMESTAMP_MAX_VALUE,
            BoundedWindow.TIMESTAMP_MIN_VALUE.plus(Duration.standardDays(3)),
            BoundedWindow.TIMESTAMP_MIN_VALUE.plus(Duration.standardDays(3))),
        1);
  }

  @Test
  void neighboursShareTheirWindow() throws Exception {
    FakeOperatorContext context = new FakeOperatorContext("window");
    Operator operator = new AssignWindowsSpec(FixedWindows.of(Duration.millis(10))).create(context);
    for (long millis : new long[] {20, 29, 25}) {
      operator.process(0, null, element(Instant.ofEpochMilli(millis), 1));
    }
    List<WindowedValue<?>> assigned = context.take(0);
    Object first = assigned.get(0).getWindows().iterator().next();
    assertThat(assigned)
        .allSatisfy(one -> assertThat(one.getWindows().iterator().next()).isSameAs(first));
  }

  @Test
  void onlyFixedWindowsThemselvesAreFast() {
    FakeOperatorContext context = new FakeOperatorContext("window");
    assertThat(new AssignWindowsSpec(FixedWindows.of(Duration.millis(10))).create(context))
        .isInstanceOf(AssignFixedWindowsOperator.class);
    assertThat(new AssignWindowsSpec(SlidingWindows.of(Duration.millis(10))).create(context))
        .isNotInstanceOf(AssignFixedWindowsOperator.class);
  }

  private static void compare(WindowFn<?, ?> fn, List<Instant> times, int windows)
      throws Exception {
    FakeOperatorContext fast = new FakeOperatorContext("window");
    Operator operator = new AssignWindowsSpec(fn).create(fast);
    FakeOperatorContext general = new FakeOperatorContext("window");
    Operator twin = AssignWindowsSpec.general(fn, general);
    for (Instant time : times) {
      operator.process(0, null, element(time, windows));
      twin.process(0, null, element(time, windows));
    }
    assertThat(fast.take(0)).isEqualTo(general.take(0));
  }

  private static WindowedValue<String> element(Instant time, int windows) {
    List<IntervalWindow> in =
        List.of(new IntervalWindow(time, Duration.ZERO), new IntervalWindow(time, Duration.ZERO))
            .subList(0, windows);
    return WindowedValues.of("at " + time, time, in, PaneInfo.NO_FIRING);
  }
}
