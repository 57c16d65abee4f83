package dev.sluice.integration.validates;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SuiteIndexTest {

  private static final SuiteTest STATE = SuiteTest.parse("org.beam.ParDoTest$StateTests#testValue");
  private static final SuiteTest TIMER = SuiteTest.parse("org.beam.ParDoTest$TimerTests#testTimer");
  private static final SuiteTest KEYS = SuiteTest.parse("org.beam.KeysTest#testKeys");

  private final SuiteIndex index = new SuiteIndex(new TreeSet<>(Arrays.asList(STATE, TIMER, KEYS)));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ParDoTest$StateTests",
        "ParDoTest.StateTests",
        "org.beam.ParDoTest$StateTests",
        "ParDoTest$StateTests#testValue",
        "org.beam.ParDoTest$StateTests#testValue",
        "ParDoTest#testValue",
        "#testValue",
        "*State*"
      })
  void oneTestHasManyNames(String name) {
    assertThat(index.find(name)).containsExactly(STATE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ParDoTest", "org.beam.ParDoTest", "ParDoTest*"})
  void anOuterClassStandsForItsNestedOnes(String name) {
    assertThat(index.find(name)).containsExactly(STATE, TIMER);
  }

  @Test
  void anUnknownNameFindsNothing() {
    assertThat(index.find("KeysTest#testValues")).isEmpty();
  }
}
