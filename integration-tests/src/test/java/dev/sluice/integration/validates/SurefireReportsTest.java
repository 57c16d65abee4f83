package dev.sluice.integration.validates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.integration.validates.Outcome.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SurefireReportsTest {

  @TempDir Path directory;

  @Test
  void readsEveryKindOfOutcome() throws IOException {
    Files.writeString(
        directory.resolve("TEST-a.ATest.xml"),
        """
        <testsuite name="a.ATest" tests="4">
          <testcase name="good" classname="a.ATest" time="1,000.5"/>
          <testcase name="wrong" classname="a.ATest" time="0.1">
            <failure message="expected 1&#10;but was 2" type="x">stack</failure>
          </testcase>
          <testcase name="broken" classname="a.ATest$Inner" time="0.2">
            <error type="x">first line
              at second line</error>
          </testcase>
          <testcase name="left" classname="a.ATest" time="0"><skipped message="why"/></testcase>
        </testsuite>
        """);
    assertThat(SurefireReports.read(directory))
        .containsOnlyKeys(
            SuiteTest.parse("a.ATest#good"),
            SuiteTest.parse("a.ATest#wrong"),
            SuiteTest.parse("a.ATest$Inner#broken"),
            SuiteTest.parse("a.ATest#left"))
        .containsEntry(SuiteTest.parse("a.ATest#good"), new Outcome(Status.PASSED, 1000.5, ""))
        .containsEntry(
            SuiteTest.parse("a.ATest#wrong"), new Outcome(Status.FAILED, 0.1, "expected 1"))
        .containsEntry(
            SuiteTest.parse("a.ATest$Inner#broken"), new Outcome(Status.ERRORED, 0.2, "first line"))
        .containsEntry(SuiteTest.parse("a.ATest#left"), new Outcome(Status.SKIPPED, 0, "why"));
  }

  @Test
  void aRunThatLeftNothingHasNoOutcomes() throws IOException {
    assertThat(SurefireReports.read(directory.resolve("none"))).isEmpty();
  }

  @Test
  void aTornReportIsNamed() throws IOException {
    Path torn = Files.writeString(directory.resolve("TEST-torn.xml"), "<testsuite><testcase");
    assertThatThrownBy(() -> SurefireReports.read(directory))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(torn.toString());
  }
}
