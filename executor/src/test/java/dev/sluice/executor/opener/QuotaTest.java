package dev.sluice.executor.opener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.executor.api.ClockMode;
import dev.sluice.executor.api.EncodeAtShuffle;
import dev.sluice.executor.api.JobSettings;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class QuotaTest {
  private static final long MILLI = 1_000_000;

  private static JobSettings settings(ClockMode mode, long max) {
    return new JobSettings(
        mode, EncodeAtShuffle.WHEN_NEEDED, 1024, 2, max, 1000, 1 << 20, 0, false, 0, 1);
  }

  @Property
  void staysWithinTheBound(
      @ForAll @LongRange(min = 1, max = 1 << 20) long max,
      @ForAll List<@LongRange(min = 0, max = 2_000_000_000) Long> durations,
      @ForAll @LongRange(min = 1, max = 10) long share) {
    Quota quota = new Quota(settings(ClockMode.REAL, max), true);
    for (long nanos : durations) {
      quota.committed(nanos, nanos / share, true);
      assertThat(quota.unbounded()).isBetween(1L, max);
      assertThat(quota.bounded()).isBetween(1L, max);
    }
  }

  @Test
  void growsWhileBatchesHaveLittleWorkAndMoreIsWaiting() {
    Quota quota = new Quota(settings(ClockMode.REAL, 1 << 20), true);
    long first = quota.unbounded();
    quota.committed(2 * MILLI, MILLI, true);
    assertThat(quota.unbounded()).isEqualTo(2 * first);
    quota.committed(60 * MILLI, 60 * MILLI, true);
    assertThat(quota.unbounded()).as("enough work").isEqualTo(2 * first);
    quota.committed(2 * MILLI, MILLI, false);
    assertThat(quota.unbounded()).as("nothing was waiting").isEqualTo(2 * first);
  }

  @Test
  void shrinksWhenBatchesAreLong() {
    Quota quota = new Quota(settings(ClockMode.REAL, 1 << 20), true);
    long first = quota.unbounded();
    quota.committed(500 * MILLI, 200 * MILLI, true);
    assertThat(quota.unbounded()).isEqualTo(first / 2);
    quota.committed(500 * MILLI, 10 * MILLI, true);
    assertThat(quota.unbounded()).as("others had the processors").isEqualTo(first / 2);
    quota.committed(1_500 * MILLI, MILLI, true);
    assertThat(quota.unbounded()).as("user code waits").isEqualTo(first / 4);
  }

  @Test
  void aBoundedJobReadsEverythingAtOnceUnlessItIsTold() {
    assertThat(new Quota(settings(ClockMode.JUMPING, 1 << 20), false).bounded())
        .isEqualTo(Long.MAX_VALUE);
    assertThat(new Quota(settings(ClockMode.JUMPING, 5), false).bounded()).isEqualTo(5);
  }
}
