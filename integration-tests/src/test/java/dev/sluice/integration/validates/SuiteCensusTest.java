package dev.sluice.integration.validates;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Counts the suite, so that no test of it drops out of sight, by an upgrade of Beam or by accident.
 */
class SuiteCensusTest {

  @Test
  void fourHundredTestsAreExpected() {
    SortedSet<SuiteTest> expected = new TreeSet<>(Suite.tests());
    assertThat(expected).hasSize(413);

    Set<SuiteTest> leftOut = LeftOut.all().keySet();
    assertThat(leftOut).hasSize(13);
    assertThat(expected).as("only tests of the suite can be left out").containsAll(leftOut);

    expected.removeAll(leftOut);
    assertThat(expected).hasSize(400);
  }

  @Test
  void shortNamesAreUnique() {
    assertThat(Suite.tests().stream().map(SuiteTest::shortName)).doesNotHaveDuplicates();
  }
}
