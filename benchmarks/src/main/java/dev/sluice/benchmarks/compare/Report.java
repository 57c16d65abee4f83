package dev.sluice.benchmarks.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.benchmarks.workload.Outcome;
import dev.sluice.benchmarks.workload.Workload;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Tables on the terminal, and all of it as JSON. */
final class Report {
  private static final String HEAD =
      "| engine | records/s | least … most | CPU µs/record | Sluice is | by CPU | results |";
  private static final String DELAY_HEAD =
      "| engine | p50 | p99 | longest | CPU µs/record | results |";

  private final List<Section> sections = new ArrayList<>();

  /** A workload and its figures. */
  private record Section(Workload workload, List<Figures> figures) {}

  void add(Workload workload, List<Figures> figures) {
    sections.add(new Section(workload, figures));
  }

  /** Prints the workload that was added last. */
  void printLast(PrintStream out) {
    Section section = sections.get(sections.size() - 1);
    boolean paced = section.workload().kind() == Workload.Kind.PACED;
    out.println();
    out.println("**" + section.workload().label() + "**: " + section.workload().description());
    out.println();
    out.println(paced ? DELAY_HEAD : HEAD);
    out.println(paced ? "|---|---:|---:|---:|---:|---|" : "|---|---:|---:|---:|---:|---:|---|");
    Optional<Figures> sluice =
        section.figures().stream().filter(figures -> figures.peer() == Peer.SLUICE).findFirst();
    for (Figures figures : section.figures()) {
      out.println(paced ? delayRow(figures) : row(figures, sluice));
    }
    out.flush();
  }

  /**
   * Prints one line for each workload whose input does not follow the clock: what Sluice does, and
   * how many times that is what each other engine does, by the clock and by CPU time.
   */
  void printSummary(PrintStream out) {
    List<Section> unpaced =
        sections.stream()
            .filter(section -> section.workload().kind() != Workload.Kind.PACED)
            .filter(section -> median(section, Peer.SLUICE, Outcome::rate) > 0)
            .toList();
    if (unpaced.size() < 2) {
      return;
    }
    List<Peer> others =
        unpaced.get(0).figures().stream()
            .map(Figures::peer)
            .filter(peer -> peer != Peer.SLUICE)
            .toList();
    out.println();
    out.println(
        "| workload | sluice, records/s | CPU µs/record |"
            + others.stream()
                .map(peer -> " × " + peer.label() + " | by CPU |")
                .collect(Collectors.joining()));
    out.println("|---|" + "---:|".repeat(2 + 2 * others.size()));
    for (Section section : unpaced) {
      double rate = median(section, Peer.SLUICE, Outcome::rate);
      double cpu = median(section, Peer.SLUICE, Outcome::cpuMicros);
      StringBuilder row = new StringBuilder();
      row.append(format("| %s | %s | %.3f |", section.workload().label(), rate(rate), cpu));
      for (Peer peer : others) {
        double otherRate = median(section, peer, Outcome::rate);
        row.append(
            otherRate == 0
                ? " – | – |"
                : format(
                    " %.2f | %.2f |",
                    rate / otherRate, median(section, peer, Outcome::cpuMicros) / cpu));
      }
      out.println(row);
    }
    out.flush();
  }

  private static double median(Section section, Peer peer, ToDoubleFunction<Outcome> figure) {
    return section.figures().stream()
        .filter(figures -> figures.peer() == peer)
        .findFirst()
        .map(figures -> figures.median(figure))
        .orElse(0.0);
  }

  private static String row(Figures figures, Optional<Figures> sluice) {
    if (figures.outcomes().isEmpty()) {
      return absent(figures, false);
    }
    double rate = figures.median(Outcome::rate);
    Optional<Figures> base = sluice.filter(ours -> ours != figures && !ours.outcomes().isEmpty());
    double cpu = figures.median(Outcome::cpuMicros);
    return format(
        "| %s | %s | %s … %s | %.3f | %s | %s | %s |",
        figures.peer().label(),
        rate(rate),
        rate(figures.least(Outcome::rate)),
        rate(figures.most(Outcome::rate)),
        cpu,
        base.map(ours -> format("%.2f ×", ours.median(Outcome::rate) / rate)).orElse(""),
        base.map(ours -> format("%.2f ×", cpu / ours.median(Outcome::cpuMicros))).orElse(""),
        verdict(figures));
  }

  private static String delayRow(Figures figures) {
    if (figures.outcomes().isEmpty()) {
      return absent(figures, true);
    }
    return format(
        "| %s | %.1f ms | %.1f ms | %.1f ms | %.3f | %s |",
        figures.peer().label(),
        figures.median(Outcome::p50),
        figures.median(Outcome::p99),
        figures.median(Outcome::max),
        figures.median(Outcome::cpuMicros),
        verdict(figures));
  }

  private static String absent(Figures figures, boolean paced) {
    String why = figures.hasFailed() ? figures.failure().replace("|", "/") : "no program";
    return format("| %s | – | | | %s%s |", figures.peer().label(), paced ? "| " : "| | ", why);
  }

  private static String verdict(Figures figures) {
    String failed = figures.hasFailed() ? "; then " + figures.failure().replace("|", "/") : "";
    return (figures.isWrong() ? "**WRONG**" : "agree") + failed;
  }

  private static String rate(double rate) {
    return rate >= 1e6 ? format("%.2fM", rate / 1e6) : format("%.1fk", rate / 1e3);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  /** Writes everything that was added. */
  void write(Path file) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode all = mapper.createObjectNode();
    all.put("time", Instant.now().toString());
    all.put("java", System.getProperty("java.vm.version"));
    all.put("processors", Runtime.getRuntime().availableProcessors());
    ArrayNode workloads = all.putArray("workloads");
    for (Section section : sections) {
      ObjectNode workload = workloads.addObject();
      workload.put("workload", section.workload().label());
      ArrayNode engines = workload.putArray("engines");
      section.figures().forEach(figures -> write(figures, engines.addObject()));
    }
    mapper.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), all);
  }

  private static void write(Figures figures, ObjectNode engine) {
    engine.put("engine", figures.peer().label());
    engine.put("agrees", !figures.isWrong());
    if (figures.hasFailed()) {
      engine.put("failure", figures.failure());
    }
    ArrayNode runs = engine.putArray("runs");
    for (Outcome outcome : figures.outcomes()) {
      runs.addObject()
          .put("records", outcome.records())
          .put("seconds", outcome.seconds())
          .put("recordsPerSecond", outcome.rate())
          .put("cpuSeconds", outcome.cpuSeconds())
          .put("results", outcome.results())
          .put("checksum", outcome.checksum())
          .put("p50Millis", outcome.p50())
          .put("p99Millis", outcome.p99())
          .put("maxMillis", outcome.max());
    }
  }
}
