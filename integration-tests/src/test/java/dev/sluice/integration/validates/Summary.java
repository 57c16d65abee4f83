package dev.sluice.integration.validates;

import static java.util.Map.Entry.comparingByValue;

import java.util.Comparator;
import java.util.Locale;
import java.util.SortedMap;

/** A page of Markdown about the ValidatesRunner runs of one build. */
final class Summary {

  private static final int SLOWEST = 10;

  private final StringBuilder table =
      new StringBuilder(
          """
          | run | expected | passed | failed | errored | skipped | missing | seconds |
          |---|---:|---:|---:|---:|---:|---:|---:|
          """);
  private final StringBuilder details = new StringBuilder();

  void addNotRun(String run) {
    table.append("| %s | not run | | | | | | |\n".formatted(run));
  }

  void add(Accounting account, SortedMap<SuiteTest, Outcome> outcomes) {
    table.append(
        String.format(
            Locale.ROOT,
            "| %s | %d | %d | %d | %d | %d | %d | %.0f |\n",
            account.run(),
            account.expected().size(),
            account.passed(),
            account.failed().size(),
            account.errored().size(),
            account.skipped().size(),
            account.missing().size(),
            account.seconds()));
    details.append("\n## ").append(account.run()).append("\n\n");
    account.problems().forEach(problem -> details.append("- ").append(problem).append('\n'));
    details.append("\nSlowest:\n\n");
    outcomes.entrySet().stream()
        .sorted(comparingByValue(Comparator.comparingDouble(Outcome::seconds).reversed()))
        .limit(SLOWEST)
        .forEach(
            entry ->
                details.append(
                    String.format(
                        Locale.ROOT,
                        "- %.1f s %s\n",
                        entry.getValue().seconds(),
                        entry.getKey().shortName())));
  }

  String table() {
    return table.toString();
  }

  String text() {
    return "# ValidatesRunner\n\n" + table + details;
  }
}
