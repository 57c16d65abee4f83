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
  private static JobSettings settings(ClockMode mode, long max) {
    return new JobSettings(
        mode, EncodeAtShuffle.WHEN_NEEDED, 1024, 2, max, 1000, 1 << 20, 0, false, 0, 1);
  }

  @Property
  void staysWithinTheBound(
      @ForAll @LongRange(min = 1, max = 1 << 20) long max,
      @ForAll List<@LongRange(min = 0, max = 100_000_000) Long> durations) {
    Quota quota = new Quota(settings(ClockMode.REAL, max), true);
    for (long nanos : durations) {
      quota.committed(nanos, true);
      assertThat(quota.unbounded()).isBetween(1L, max);
      assertThat(quota.bounded()).isBetween(1L, max);
    }
  }

  @Test
  void growsWhileBatchesAreShortAndShrinksWhenTheyAreLong() {
    Quota quota = new Quota(settings(ClockMode.REAL, 1 << 20), true);
    long first = quota.unbounded();
    quota.committed(1_000_000, true);
    assertThat(quota.unbounded()).isEqualTo(2 * first);
    quota.committed(20_000_000, true);
    assertThat(quota.unbounded()).isEqualTo(2 * first);
    quota.committed(80_000_000, true);
    assertThat(quota.unbounded()).isEqualTo(first);
    quota.committed(1_000_000, false);
    assertThat(quota.unbounded()).as("nothing was waiting").isEqualTo(first);
  }

  @Test
  void aBoundedJobReadsEverythingAtOnceUnlessItIsTold() {
    assertThat(new Quota(settings(ClockMode.JUMPING, 1 << 20), false).bounded())
        .isEqualTo(Long.MAX_VALUE);
    assertThat(new Quota(settings(ClockMode.JUMPING, 5), false).bounded()).isEqualTo(5);
  }
}
