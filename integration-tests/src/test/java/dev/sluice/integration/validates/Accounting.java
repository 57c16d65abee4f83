package dev.sluice.integration.validates;

import dev.sluice.integration.validates.Outcome.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one run of the suite owes and what it delivered. A pure function of the suite, the left-out
 * list and the outcomes.
 *
 * @param run name of the run
 * @param expected the tests that have to pass
 * @param passed how many of the expected ones passed
 * @param missing expected, but not reported at all
 * @param failed expected, but failed an assertion
 * @param errored expected, but ended in an exception
 * @param skipped expected, but skipped
 * @param leftOutBroken left out, but the report is not what the list says; the text tells
 * @param unknown reported, but in neither list
 * @param seconds of all tests together
 */
record Accounting(
    String run,
    SortedSet<SuiteTest> expected,
    int passed,
    SortedSet<SuiteTest> missing,
    SortedMap<SuiteTest, Outcome> failed,
    SortedMap<SuiteTest, Outcome> errored,
    SortedMap<SuiteTest, Outcome> skipped,
    List<String> leftOutBroken,
    SortedSet<SuiteTest> unknown,
    double seconds) {

  /** The account of a run of the whole suite. */
  static Accounting ofSuite(
      String run,
      SortedSet<SuiteTest> suite,
      SortedMap<SuiteTest, LeftOut> leftOut,
      SortedMap<SuiteTest, Outcome> outcomes) {
    SortedMap<SuiteTest, Outcome> each = withoutWholeClasses(suite, outcomes);
    SortedSet<SuiteTest> expected = new TreeSet<>(suite);
    expected.removeAll(leftOut.keySet());
    List<String> broken = new ArrayList<>();
    leftOut.values().forEach(entry -> check(entry, each, broken));
    return of(run, expected, leftOut, broken, each);
  }

  /**
   * The account of a run of chosen tests: those that were run, left-out ones aside, have to pass.
   */
  static Accounting ofChosen(
      String run,
      SortedSet<SuiteTest> suite,
      SortedMap<SuiteTest, LeftOut> leftOut,
      SortedMap<SuiteTest, Outcome> outcomes) {
    SortedMap<SuiteTest, Outcome> each = withoutWholeClasses(suite, outcomes);
    SortedSet<SuiteTest> expected = new TreeSet<>(each.keySet());
    expected.removeAll(leftOut.keySet());
    return of(run, expected, leftOut, List.of(), each);
  }

  /**
   * A class whose set-up failed is reported once, under no method's name: here that becomes the
   * outcome of each of its tests that has none of its own.
   */
  private static SortedMap<SuiteTest, Outcome> withoutWholeClasses(
      SortedSet<SuiteTest> suite, SortedMap<SuiteTest, Outcome> outcomes) {
    SortedMap<SuiteTest, Outcome> each = new TreeMap<>(outcomes);
    for (SuiteTest test : suite) {
      Outcome ofClass = outcomes.get(new SuiteTest(test.className(), ""));
      if (ofClass != null) {
        each.putIfAbsent(test, ofClass);
      }
    }
    suite.forEach(test -> each.remove(new SuiteTest(test.className(), "")));
    return each;
  }

  private static Accounting of(
      String run,
      SortedSet<SuiteTest> expected,
      SortedMap<SuiteTest, LeftOut> leftOut,
      List<String> leftOutBroken,
      SortedMap<SuiteTest, Outcome> outcomes) {
    SortedSet<SuiteTest> missing = new TreeSet<>(expected);
    missing.removeAll(outcomes.keySet());
    SortedSet<SuiteTest> unknown = new TreeSet<>(outcomes.keySet());
    unknown.removeAll(expected);
    unknown.removeAll(leftOut.keySet());
    return new Accounting(
        run,
        expected,
        with(Status.PASSED, expected, outcomes).size(),
        missing,
        with(Status.FAILED, expected, outcomes),
        with(Status.ERRORED, expected, outcomes),
        with(Status.SKIPPED, expected, outcomes),
        leftOutBroken,
        unknown,
        outcomes.values().stream().mapToDouble(Outcome::seconds).sum());
  }

  boolean balanced() {
    return passed == expected.size()
        && missing.isEmpty()
        && failed.isEmpty()
        && errored.isEmpty()
        && skipped.isEmpty()
        && leftOutBroken.isEmpty()
        && unknown.isEmpty();
  }

  /** Every test that is not as it should be, a line each; empty when {@link #balanced}. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    missing.forEach(test -> problems.add("missing: " + test));
    failed.forEach((test, outcome) -> problems.add("failed: " + test + ": " + outcome.message()));
    errored.forEach((test, outcome) -> problems.add("errored: " + test + ": " + outcome.message()));
    skipped.forEach((test, outcome) -> problems.add("skipped: " + test + ": " + outcome.message()));
    problems.addAll(leftOutBroken);
    unknown.forEach(test -> problems.add("neither in the suite nor left out: " + test));
    return problems;
  }

  private static SortedMap<SuiteTest, Outcome> with(
      Status status, SortedSet<SuiteTest> expected, SortedMap<SuiteTest, Outcome> outcomes) {
    SortedMap<SuiteTest, Outcome> found = new TreeMap<>();
    outcomes.forEach(
        (test, outcome) -> {
          if (outcome.status() == status && expected.contains(test)) {
            found.put(test, outcome);
          }
        });
    return found;
  }

  private static void check(
      LeftOut entry, SortedMap<SuiteTest, Outcome> outcomes, List<String> broken) {
    Outcome outcome = outcomes.get(entry.test());
    boolean asListed =
        switch (entry.expectation()) {
          case FAILS ->
              outcome != null
                  && (outcome.status() == Status.FAILED || outcome.status() == Status.ERRORED);
          case SKIPPED -> outcome != null && outcome.status() == Status.SKIPPED;
          case ABSENT -> outcome == null;
        };
    if (!asListed) {
      broken.add(
          "left out as %s, but %s: %s (listed because: %s)"
              .formatted(
                  entry.expectation(),
                  outcome == null ? "ABSENT" : outcome.status(),
                  entry.test(),
                  entry.reason()));
    }
  }
}
