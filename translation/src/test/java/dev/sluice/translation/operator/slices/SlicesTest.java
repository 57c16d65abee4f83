package dev.sluice.translation.operator.slices;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.apache.beam.sdk.testing.CoderProperties;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.SlidingWindows;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

/** Slices against the windows that Beam assigns. */
class SlicesTest {
  @Property(tries = 2_000)
  void sliceStandsForTheWindowsOfEachOfItsTimestamps(
      @ForAll("windows") SlidingWindows windows,
      @ForAll @LongRange(min = -80, max = 80) long time) {
    Slices slices = Slices.of(windows);
    long begin = slices.begin(time);
    assertThat(slices.windows(begin))
        .isEqualTo(List.copyOf(windows.assignWindows(Instant.ofEpochMilli(time))));
    assertThat(begin).isLessThanOrEqualTo(time);
    assertThat(slices.end(begin)).isGreaterThan(time);
    for (long each = begin; each < slices.end(begin); each++) {
      assertThat(slices.begin(each)).isEqualTo(begin);
    }
    assertThat(slices.begin(slices.end(begin))).isEqualTo(slices.end(begin));
  }

  @Property(tries = 2_000)
  void windowIsRunOfSlices(
      @ForAll("windows") SlidingWindows windows,
      @ForAll @LongRange(min = -80, max = 80) long time) {
    Slices slices = Slices.of(windows);
    long begin = slices.begin(time);
    for (long window = -120 / slices.period() * slices.period() + slices.offset();
        window < 120;
        window += slices.period()) {
      boolean in = slices.reach(window) <= begin && begin <= slices.maxTimestamp(window);
      assertThat(slices.windows(begin).contains(slices.window(window))).isEqualTo(in);
    }
  }

  @Property
  void windowsThatHaveEndedAreLate(
      @ForAll("windows") SlidingWindows windows,
      @ForAll @LongRange(min = -80, max = 80) long time,
      @ForAll @LongRange(min = -80, max = 80) long watermark) {
    Slices slices = Slices.of(windows);
    long begin = slices.begin(time);
    long late =
        slices.windows(begin).stream()
            .filter(window -> window.maxTimestamp().getMillis() < watermark)
            .count();
    assertThat(slices.windowsBefore(slices.firstOpen(watermark), begin)).isEqualTo(late);
    assertThat(slices.maxTimestamp(slices.firstOpen(watermark))).isGreaterThanOrEqualTo(watermark);
    assertThat(slices.maxTimestamp(slices.firstOpen(watermark) - slices.period()))
        .isLessThan(watermark);
  }

  @Property
  void periodHasAtMostTwoSlices(
      @ForAll("windows") SlidingWindows windows, @ForAll @LongRange(min = 12, max = 80) long time) {
    Slices slices = Slices.of(windows);
    long begin = slices.begin(time);
    boolean divides = slices.size() % slices.period() == 0;
    long later = divides ? slices.end(begin) : slices.end(slices.end(begin));
    assertThat(later).isEqualTo(begin + slices.period());
  }

  @Property
  void codersTakeSlicesAndWindows(
      @ForAll("windows") SlidingWindows windows, @ForAll @LongRange(min = -80, max = 80) long time)
      throws Exception {
    SlicedWindows sliced = new SlicedWindows(windows);
    List<BoundedWindow> assigned = sliced.assign(Instant.ofEpochMilli(time));
    assertThat(assigned).hasSize(1).first().isInstanceOf(SliceWindow.class);
    assertThat(SlicedWindows.isShared(assigned, time)).isTrue();
    for (BoundedWindow each : SliceWindow.expanded(assigned)) {
      CoderProperties.coderDecodeEncodeEqual(sliced.windowCoder(), each);
    }
    CoderProperties.coderDecodeEncodeEqual(sliced.windowCoder(), assigned.get(0));
  }

  @Test
  void windowsThatEndWithTimeAreAssignedThemselves() {
    SlidingWindows windows = SlidingWindows.of(Duration.millis(10)).every(Duration.millis(5));
    Instant end = GlobalWindow.INSTANCE.maxTimestamp();
    List<BoundedWindow> assigned = new SlicedWindows(windows).assign(end);
    assertThat(assigned).isEqualTo(List.copyOf(windows.assignWindows(end)));
    assertThat(assigned).hasSize(2).allMatch(IntervalWindow.class::isInstance);
    assertThat(new SlicedWindows(windows).assign(end.minus(20))).hasSize(1);
  }

  @Provide
  Arbitrary<SlidingWindows> windows() {
    return Arbitraries.longs()
        .between(1, 12)
        .flatMap(
            period ->
                Arbitraries.longs()
                    .between(period + 1, 40)
                    .flatMap(
                        size ->
                            Arbitraries.longs()
                                .between(0, period - 1)
                                .map(
                                    offset ->
                                        SlidingWindows.of(Duration.millis(size))
                                            .every(Duration.millis(period))
                                            .withOffset(Duration.millis(offset)))));
  }
}
