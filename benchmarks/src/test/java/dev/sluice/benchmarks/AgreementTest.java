package dev.sluice.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.benchmarks.beam.BeamEngine;
import dev.sluice.benchmarks.loop.LoopEngine;
import dev.sluice.benchmarks.workload.Engine;
import dev.sluice.benchmarks.workload.Outcome;
import dev.sluice.benchmarks.workload.Trial;
import dev.sluice.benchmarks.workload.Workload;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** All engines of this module come to the same results, on less than is measured. */
class AgreementTest {
  private static final Engine SLUICE = new BeamEngine(List.of("--runner=SluiceRunner"));

  @ParameterizedTest
  @EnumSource
  void twoThreadsAgreeWithOne(Workload workload) throws Exception {
    assertThat(results(new LoopEngine(2), workload))
        .isEqualTo(results(new LoopEngine(1), workload));
  }

  @ParameterizedTest
  @EnumSource(
      names = {"LATENCY_50K", "LATENCY_200K"},
      mode = EnumSource.Mode.EXCLUDE)
  void sluiceAgreesWithTheLoop(Workload workload) throws Exception {
    assertThat(results(SLUICE, workload)).isEqualTo(results(new LoopEngine(1), workload));
  }

  private static String results(Engine engine, Workload workload) throws Exception {
    Outcome outcome = new Trial(engine, workload).run(records(workload));
    assertThat(outcome.results()).isPositive();
    return outcome.results() + " results, " + outcome.checksum();
  }

  /** Enough for two windows where that is little; of those that slide, each record is in many. */
  private static long records(Workload workload) {
    return switch (workload) {
      case SLIDING_60 -> 12_000;
      case SLIDING_600 -> 500;
      case GREP, WORD_COUNT, SIDE_INPUT, TOP -> 110_000;
      default -> 30_000;
    };
  }
}
