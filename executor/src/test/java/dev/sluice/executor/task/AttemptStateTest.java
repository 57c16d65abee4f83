package dev.sluice.executor.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AttemptStateTest {
  private static final Map<AttemptState, EnumSet<AttemptState>> TRANSITIONS =
      Map.of(
          AttemptState.RUNNING, EnumSet.of(AttemptState.SEALED, AttemptState.DISCARDED),
          AttemptState.SEALED,
              EnumSet.of(AttemptState.COPIED, AttemptState.RELEASED, AttemptState.DISCARDED),
          AttemptState.COPIED, EnumSet.of(AttemptState.RELEASED, AttemptState.DISCARDED),
          AttemptState.RELEASED, EnumSet.noneOf(AttemptState.class),
          AttemptState.DISCARDED, EnumSet.noneOf(AttemptState.class));

  @Test
  void goesOnlyAlongItsArrows() {
    for (AttemptState from : AttemptState.values()) {
      for (AttemptState to : AttemptState.values()) {
        if (TRANSITIONS.get(from).contains(to)) {
          assertThat(from.become(to)).isEqualTo(to);
        } else {
          assertThatThrownBy(() -> from.become(to))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining(from.name());
        }
      }
    }
  }
}
