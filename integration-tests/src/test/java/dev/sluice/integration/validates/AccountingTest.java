package dev.sluice.integration.validates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.integration.validates.LeftOut.Expectation;
import dev.sluice.integration.validates.Outcome.Status;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class AccountingTest {

  private static final SuiteTest ONE = SuiteTest.parse("a.ATest#one");
  private static final SuiteTest TWO = SuiteTest.parse("a.ATest$Inner#two");
  private static final SuiteTest IGNORED = SuiteTest.parse("a.ATest#ignored");
  private static final SuiteTest FOREIGN = SuiteTest.parse("a.XlangTest#foreign");

  private static final SortedMap<SuiteTest, LeftOut> LEFT_OUT =
      new TreeMap<>(
          Map.of(
              IGNORED, new LeftOut(IGNORED, Expectation.SKIPPED, "ignored upstream"),
              FOREIGN, new LeftOut(FOREIGN, Expectation.FAILS, "needs another process")));
  private static final SortedSet<SuiteTest> SUITE =
      new TreeSet<>(List.of(ONE, TWO, IGNORED, FOREIGN));

  private final SortedMap<SuiteTest, Outcome> outcomes = new TreeMap<>();

  AccountingTest() {
    report(ONE, Status.PASSED);
    report(TWO, Status.PASSED);
    report(IGNORED, Status.SKIPPED);
    report(FOREIGN, Status.ERRORED);
  }

  @Test
  void balancedWhenAllExpectedPassedAndTheLeftOutAreAsListed() {
    assertThat(account().problems()).isEmpty();
    assertThat(account().balanced()).isTrue();
    assertThat(account().passed()).isEqualTo(2);
  }

  @Test
  void aTestWithoutReportIsMissing() {
    outcomes.remove(TWO);
    assertThat(account().balanced()).isFalse();
    assertThat(account().problems()).containsExactly("missing: a.ATest$Inner#two");
  }

  @Test
  void failedErroredAndSkippedAreNamedWithTheirMessage() {
    report(ONE, Status.FAILED);
    report(TWO, Status.ERRORED);
    assertThat(account().problems())
        .containsExactly("failed: a.ATest#one: because", "errored: a.ATest$Inner#two: because");
    report(ONE, Status.SKIPPED);
    assertThat(account().problems()).contains("skipped: a.ATest#one: because");
  }

  @Test
  void aLeftOutTestThatPassesBreaksTheBuild() {
    report(FOREIGN, Status.PASSED);
    assertThat(account().balanced()).isFalse();
    assertThat(account().problems())
        .containsExactly(
            "left out as FAILS, but PASSED: a.XlangTest#foreign"
                + " (listed because: needs another process)");
  }

  @Test
  void aLeftOutTestThatWasNotRunBreaksTheBuild() {
    outcomes.remove(IGNORED);
    assertThat(account().balanced()).isFalse();
  }

  @Test
  void aTestInNeitherListIsUnknown() {
    SuiteTest unknown = SuiteTest.parse("b.BTest#new");
    report(unknown, Status.PASSED);
    assertThat(account().problems())
        .containsExactly("neither in the suite nor left out: " + unknown);
  }

  @Test
  void aClassWhoseSetUpFailedCountsForEachOfItsTests() {
    outcomes.remove(FOREIGN);
    report(new SuiteTest(FOREIGN.className(), ""), Status.ERRORED);
    assertThat(account().problems()).isEmpty();

    outcomes.remove(TWO);
    report(new SuiteTest(TWO.className(), ""), Status.ERRORED);
    assertThat(account().problems()).containsExactly("errored: a.ATest$Inner#two: because");
  }

  @Test
  void ofChosenTestsOnlyThoseRunHaveToPass() {
    outcomes.remove(TWO);
    outcomes.remove(IGNORED);
    assertThat(Accounting.ofChosen("batch", SUITE, LEFT_OUT, outcomes).balanced()).isTrue();
    report(ONE, Status.FAILED);
    assertThat(Accounting.ofChosen("batch", SUITE, LEFT_OUT, outcomes).balanced()).isFalse();
  }

  private void report(SuiteTest test, Status status) {
    outcomes.put(test, new Outcome(status, 0.1, status == Status.PASSED ? "" : "because"));
  }

  private Accounting account() {
    return Accounting.ofSuite("batch", SUITE, LEFT_OUT, outcomes);
  }
}
