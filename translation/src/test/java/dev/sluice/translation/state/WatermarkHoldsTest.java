package dev.sluice.translation.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.junit.jupiter.api.Test;

class WatermarkHoldsTest {
  private static final long NONE = BoundedWindow.TIMESTAMP_MAX_VALUE.getMillis();

  @Test
  void nothingHoldsWhenEmptyOrBeyondTheEndOfTime() {
    WatermarkHolds holds = new WatermarkHolds();
    assertThat(holds.min()).isEqualTo(NONE);
    holds.add(NONE + 1);
    assertThat(holds.min()).isEqualTo(NONE);
    assertThat(holds.isEmpty()).isFalse();
    holds.remove(NONE + 1);
    assertThat(holds.isEmpty()).isTrue();
  }

  @Test
  void whatIsNotHeldCannotBeRemoved() {
    WatermarkHolds holds = new WatermarkHolds();
    holds.add(5);
    holds.remove(5);
    assertThatThrownBy(() -> holds.remove(5))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("5");
  }

  /** Non-negative numbers add; negative ones remove or move what an earlier one has added. */
  @Property
  void isAnOrderedMultiset(@ForAll List<@IntRange(min = -20, max = 20) Integer> script) {
    WatermarkHolds holds = new WatermarkHolds();
    List<Long> model = new ArrayList<>();
    for (int step : script) {
      if (step >= 0 || model.isEmpty()) {
        holds.add(step);
        model.add((long) step);
      } else if (step < -10) {
        Long moved = model.remove(-step % model.size());
        holds.move(moved, step);
        model.add((long) step);
      } else {
        holds.remove(model.remove(-step % model.size()));
      }
      assertThat(holds.size()).isEqualTo(model.size());
      assertThat(holds.isEmpty()).isEqualTo(model.isEmpty());
      assertThat(holds.min())
          .isEqualTo(model.stream().mapToLong(Long::longValue).min().orElse(NONE));
    }
  }
}
