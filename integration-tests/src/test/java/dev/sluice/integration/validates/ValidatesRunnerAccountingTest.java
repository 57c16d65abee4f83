package dev.sluice.integration.validates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import org.junit.jupiter.api.Test;

/**
 * The last step of {@code mvn verify}: reads what the ValidatesRunner runs of this build have left,
 * runs the left-out tests that have to fail, writes {@code summary.md} beside it and fails unless
 * every run is complete. The build runs it, with the system properties {@code vr.directory}, {@code
 * vr.test}, {@code vr.RUN.skip} and {@code vr.RUN.options}; it has no meaning in an IDE.
 */
class ValidatesRunnerAccountingTest {

  private static final List<String> RUNS = List.of("batch", "streaming", "smallest", "encoded");

  private final Path directory = Path.of(System.getProperty("vr.directory"));
  private final boolean wholeSuite = System.getProperty("vr.test", "").isBlank();

  @Test
  void everyExpectedTestPassedInEveryRun() throws IOException {
    SortedSet<SuiteTest> suite = Suite.tests();
    SortedMap<SuiteTest, LeftOut> leftOut = LeftOut.all();
    Summary summary = new Summary();
    List<String> problems = new ArrayList<>();
    for (String run : RUNS) {
      if (Boolean.getBoolean("vr." + run + ".skip")) {
        summary.addNotRun(run);
        continue;
      }
      SortedMap<SuiteTest, Outcome> outcomes = SurefireReports.read(directory.resolve(run));
      if (wholeSuite) {
        String options = System.getProperty("vr." + run + ".options");
        outcomes.putAll(FailingTests.run(leftOut.values(), options));
      }
      Accounting account =
          wholeSuite
              ? Accounting.ofSuite(run, suite, leftOut, outcomes)
              : Accounting.ofChosen(run, suite, leftOut, outcomes);
      assertThat(account.expected()).as("tests that run " + run + " has to pass").isNotEmpty();
      summary.add(account, outcomes);
      account.problems().forEach(problem -> problems.add(run + ": " + problem));
    }
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("summary.md"), summary.text());
    System.out.println(summary.table());
    if (!problems.isEmpty()) {
      fail(
          "ValidatesRunner is incomplete, see %s:%n%s",
          directory.resolve("summary.md"), String.join("\n", problems));
    }
  }
}
