package dev.sluice.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.benchmarks.workload.Outcome;
import dev.sluice.benchmarks.workload.Workload;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FiguresTest {
  private static Outcome outcome(long records, double seconds) {
    return new Outcome(records, seconds, seconds, 1, "0", 0, 0, 0);
  }

  private static Figures figures(Peer peer, double... seconds) {
    Figures figures = new Figures(peer);
    for (double each : seconds) {
      figures.add(outcome(1000, each));
    }
    return figures;
  }

  @Test
  void mediansOfOddAndEvenNumbers() {
    assertThat(figures(Peer.SLUICE, 4, 1, 2).median(Outcome::seconds)).isEqualTo(2);
    assertThat(figures(Peer.SLUICE, 4, 1, 2, 3).median(Outcome::seconds)).isEqualTo(2.5);
  }

  @Test
  void theReportHasRatiosFailuresAndWrongResults(@TempDir Path directory) throws Exception {
    Figures absent = new Figures(Peer.FLINK);
    absent.fail("could not be resolved");
    Figures wrong = figures(Peer.JET, 2);
    wrong.setWrong();
    Report report = new Report();
    report.add(
        Workload.GREP,
        List.of(figures(Peer.SLUICE, 0.5), figures(Peer.LOOP_2, 0.25), wrong, absent));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    report.printLast(new PrintStream(bytes, true, StandardCharsets.UTF_8));

    assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
        .anySatisfy(line -> assertThat(line).contains("sluice", "2.0k", "agree"))
        .anySatisfy(line -> assertThat(line).contains("loop-2", "0.50 ×", "agree"))
        .anySatisfy(line -> assertThat(line).contains("jet", "4.00 ×", "WRONG"))
        .anySatisfy(line -> assertThat(line).contains("flink", "could not be resolved"));

    Path json = directory.resolve("figures.json");
    report.write(json);
    assertThat(Files.readString(json)).contains("\"recordsPerSecond\" : 2000.0");
  }

  @Test
  void theSummaryHasALineForEachWorkload() {
    Report report = new Report();
    for (Workload workload : List.of(Workload.GREP, Workload.TOP, Workload.LATENCY_50K)) {
      report.add(
          workload,
          List.of(figures(Peer.SLUICE, 0.5), figures(Peer.JET, 2), new Figures(Peer.FLINK)));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    report.printSummary(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
        .contains("| grep | 2.0k | 500.000 | 4.00 | 4.00 | – | – |")
        .contains("| top | 2.0k | 500.000 | 4.00 | 4.00 | – | – |")
        .noneMatch(line -> line.contains("latency"));
  }

  @Test
  void anOutcomeSurvivesTheWayBetweenProcesses() {
    Outcome outcome = new Outcome(7, 1.25, 2.5, 3, "00ff", 1, 2, 3);
    assertThat(Outcome.parse(outcome.line())).isEqualTo(outcome);
  }
}
