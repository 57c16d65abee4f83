package dev.sluice.translation.operator.pardo;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import org.junit.jupiter.api.Test;

/** Copies that wait for their step to come again. */
class IdleCopiesTest {
  private static final MethodHandle COPY = MethodHandles.constant(String.class, "a");
  private static final MethodHandle ANOTHER = MethodHandles.constant(String.class, "b");

  private final IdleCopies idle = new IdleCopies();

  @Test
  void aCopyIsTakenOnceByTheSameStepOfTheSameClass() {
    idle.put("step", String.class, COPY);
    assertThat(idle.take("step", Integer.class)).isNull();
    assertThat(idle.take("other step", String.class)).isNull();
    assertThat(idle.take("step", String.class)).isSameAs(COPY);
    assertThat(idle.take("step", String.class)).isNull();
  }

  @Test
  void theNewestCopyOfAStepIsKept() {
    idle.put("step", String.class, COPY);
    idle.put("step", Integer.class, ANOTHER);
    assertThat(idle.take("step", String.class)).isNull();
    assertThat(idle.take("step", Integer.class)).isSameAs(ANOTHER);
  }

  @Test
  void theOldestGoWhenThereAreTooMany() {
    for (int i = 0; i <= IdleCopies.MAX; i++) {
      idle.put("step " + i, String.class, COPY);
    }
    assertThat(idle.size()).isEqualTo(IdleCopies.MAX);
    assertThat(idle.take("step 0", String.class)).isNull();
    assertThat(idle.take("step " + IdleCopies.MAX, String.class)).isSameAs(COPY);
  }
}
