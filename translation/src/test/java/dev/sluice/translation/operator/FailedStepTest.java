package dev.sluice.translation.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.values.KV;
import org.junit.jupiter.api.Test;

class FailedStepTest {
  @Test
  void theInnermostStepAndItsElementStand() {
    RuntimeException thrown = new RuntimeException();
    FailedStep.noteElement(thrown, "inner", KV.of("a", 1));
    RuntimeException wrapped = new RuntimeException(thrown);
    FailedStep.noteElement(wrapped, "outer", "other");
    FailedStep.note(wrapped, "outer");
    assertThat(FailedStep.of(wrapped)).contains("inner");
    assertThat(FailedStep.subjectOf(wrapped)).contains("element KV{a, 1}");
  }

  @Test
  void aStepMayHaveNoElement() {
    RuntimeException thrown = new RuntimeException();
    FailedStep.note(thrown, "step");
    assertThat(FailedStep.of(thrown)).contains("step");
    assertThat(FailedStep.subjectOf(thrown)).isEmpty();
    assertThat(FailedStep.subjectOf(new RuntimeException())).isEmpty();
  }

  @Test
  void aTimerHasAKey() {
    RuntimeException thrown = new RuntimeException();
    FailedStep.noteKey(thrown, "step", "timer", "k");
    assertThat(FailedStep.subjectOf(thrown)).contains("timer of key k");
  }

  @Test
  void whateverTheElementIsItsTextIsShort() {
    assertThat(ElementText.of(null)).isEqualTo("null");
    assertThat(ElementText.of(new byte[] {1, -1})).isEqualTo("0x01ff");
    assertThat(ElementText.of(new byte[1000])).endsWith("… of 1000 bytes").hasSizeLessThan(100);
    assertThat(ElementText.of("x".repeat(5_000))).endsWith("x…").hasSize(201);
    assertThat(ElementText.of("two\nlines")).doesNotContain("\n");
    assertThat(ElementText.of(KV.of("k", KV.of(1, List.of("v", "w")))))
        .isEqualTo("KV{k, KV{1, [v, w]}}");
    Iterable<Integer> endless = () -> Stream.iterate(0, i -> i + 1).iterator();
    assertThat(ElementText.of(KV.of("k", endless))).isEqualTo("KV{k, [0, 1, 2, 3, 4, …]}");
  }

  @Test
  void anElementThatCannotBeShownIsNoError() {
    Object shy =
        new Object() {
          @Override
          public String toString() {
            throw new UnsupportedOperationException();
          }
        };
    assertThat(ElementText.of(KV.of("k", shy)))
        .isEqualTo("KV{k, (cannot be shown: java.lang.UnsupportedOperationException)");
  }
}
