package dev.sluice.integration.validates;

import dev.sluice.integration.validates.LeftOut.Expectation;
import dev.sluice.integration.validates.Outcome.Status;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.beam.sdk.testing.TestPipeline;
import org.junit.runner.JUnitCore;
import org.junit.runner.Request;
import org.junit.runner.Result;

/**
 * Runs the left-out tests that are expected to fail. They are kept out of surefire's runs, whose
 * console would show errors that are none, and are run here all the same, so that one that starts
 * to pass is seen.
 */
final class FailingTests {
  private FailingTests() {}

  /**
   * Runs them in this JVM.
   *
   * @param options of test pipelines, as Beam takes them: a JSON list
   */
  static SortedMap<SuiteTest, Outcome> run(Collection<LeftOut> leftOut, String options) {
    String before = System.getProperty(TestPipeline.PROPERTY_BEAM_TEST_PIPELINE_OPTIONS);
    System.setProperty(TestPipeline.PROPERTY_BEAM_TEST_PIPELINE_OPTIONS, options);
    try {
      SortedMap<SuiteTest, Outcome> outcomes = new TreeMap<>();
      for (LeftOut entry : leftOut) {
        if (entry.expectation() == Expectation.FAILS) {
          outcomes.put(entry.test(), run(entry.test()));
        }
      }
      return outcomes;
    } finally {
      if (before == null) {
        System.clearProperty(TestPipeline.PROPERTY_BEAM_TEST_PIPELINE_OPTIONS);
      } else {
        System.setProperty(TestPipeline.PROPERTY_BEAM_TEST_PIPELINE_OPTIONS, before);
      }
    }
  }

  private static Outcome run(SuiteTest test) {
    Result result;
    try {
      result = new JUnitCore().run(Request.method(Class.forName(test.className()), test.method()));
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("a left-out test is not there: " + test, e);
    }
    double seconds = result.getRunTime() / 1e3;
    if (result.getFailureCount() > 0) {
      return new Outcome(
          Status.ERRORED, seconds, String.valueOf(result.getFailures().get(0).getMessage()));
    }
    boolean ran = result.getRunCount() > 0 && result.getAssumptionFailureCount() == 0;
    return new Outcome(ran ? Status.PASSED : Status.SKIPPED, seconds, "");
  }
}
