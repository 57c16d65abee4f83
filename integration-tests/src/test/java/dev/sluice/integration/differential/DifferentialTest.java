package dev.sluice.integration.differential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;

/**
 * Random pipelines on Sluice and on the direct runner. More seeds: {@code
 * -Dsluice.differential.seeds=10000}; one again: {@code -Dsluice.differential.seed=17
 * -Dsluice.differential.seeds=1}.
 */
class DifferentialTest {
  private static final int SEEDS = Integer.getInteger("sluice.differential.seeds", 200);
  private static final long FIRST = Long.getLong("sluice.differential.seed", 1);

  private static final List<List<String>> VARIANTS =
      List.of(
          List.of(),
          List.of("--encodeAtShuffle=ALWAYS"),
          List.of("--fastPaths=false"),
          List.of("--partitions=1"),
          List.of("--partitions=7", "--maxRecordsPerBatch=1"));

  private int compared;
  private int refused;
  private int fixed;

  @Test
  void theSameAsTheDirectRunner() {
    StringBuilder wrong = new StringBuilder();
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      Description description = Generator.description(seed);
      String verdict = judge(description);
      if (!verdict.isEmpty()) {
        wrong.append("\n---- ").append(description).append('\n').append(verdict);
      }
    }
    assertThat(wrong.toString()).isEmpty();
    System.out.printf(
        "%d seeds: %d ran, in %d the outcome is fixed, %d refused by both%n",
        SEEDS, compared, fixed, refused);
    assertThat(fixed).isGreaterThan(SEEDS / 8);
  }

  /** What is wrong; empty if nothing. */
  private String judge(Description description) {
    Outcome direct = run(description, List.of("--runner=DirectRunner", "--targetParallelism=2"));
    Outcome sluice = run(description, List.of("--runner=SluiceRunner"));
    if (direct.failure() != null && sluice.failure() != null) {
      refused++;
      return "";
    }
    Throwable failure = direct.failure() != null ? direct.failure() : sluice.failure();
    if (failure != null && Comparison.mayFail(description, failure)) {
      return "";
    }
    if (direct.failure() != null
        && sluice.failure() == null
        && Comparison.directRunnerFails(description, direct.failure())) {
      return "";
    }
    if (direct.failure() != null || sluice.failure() != null) {
      return "direct runner: " + direct.failure() + ", Sluice: " + sluice.failure();
    }
    compared++;
    List<String> violations = Panes.violations(description, sluice.seen());
    if (!violations.isEmpty()) {
      return violations.toString();
    }
    if (!Comparison.isFixed(description)) {
      return "";
    }
    fixed++;
    String difference = Comparison.difference(description, direct.seen(), sluice.seen());
    if (!difference.isEmpty()) {
      return "direct runner first, Sluice second\n" + difference;
    }
    List<String> variant = VARIANTS.get(new Random(description.seed()).nextInt(VARIANTS.size()));
    Outcome varied = run(description, concat("--runner=SluiceRunner", variant));
    if (varied.failure() != null) {
      return "Sluice with " + variant + ": " + varied.failure();
    }
    difference = Comparison.difference(description, sluice.seen(), varied.seen());
    return difference.isEmpty() ? "" : "Sluice first, with " + variant + " second\n" + difference;
  }

  private static List<String> concat(String first, List<String> more) {
    List<String> all = new ArrayList<>(List.of(first));
    all.addAll(more);
    return all;
  }

  /** What came out, or why nothing did. */
  private record Outcome(List<Observation> seen, Throwable failure) {}

  private static Outcome run(Description description, List<String> options) {
    String run = UUID.randomUUID().toString();
    PipelineOptions parsed =
        PipelineOptionsFactory.fromArgs(options.toArray(String[]::new)).create();
    try {
      PipelineFactory.pipeline(description, parsed, run).run().waitUntilFinish();
      return new Outcome(Observations.take(run), null);
    } catch (RuntimeException | Error e) {
      Observations.take(run);
      return new Outcome(null, e);
    }
  }
}
