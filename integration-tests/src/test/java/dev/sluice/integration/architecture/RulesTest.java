package dev.sluice.integration.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import dev.sluice.executor.api.PlantedClimb;
import dev.sluice.executor.node.PlantedNode;
import dev.sluice.executor.planted.PlantedOutsider;
import dev.sluice.executor.task.PlantedTask;
import dev.sluice.translation.planted.PlantedTranslator;
import org.junit.jupiter.api.Test;

/**
 * Rules that nothing breaks may be rules that hold nothing: here each meets a planted violation.
 */
class RulesTest {

  private static final JavaClasses PLANTED =
      new ClassFileImporter()
          .importClasses(
              PlantedClimb.class,
              PlantedTask.class,
              PlantedNode.class,
              PlantedOutsider.class,
              PlantedTranslator.class);

  @Test
  void beamInTheExecutorIsFound() {
    assertThat(violations(Rules.NO_BEAM_IN_EXECUTOR)).contains("org.apache.beam.sdk.Pipeline");
  }

  @Test
  void anArrowUpwardsIsFound() {
    assertThat(violations(Rules.ARROWS_IN_EXECUTOR_GO_DOWN))
        .contains("PlantedClimb.task")
        .doesNotContain("PlantedTask.climb");
  }

  @Test
  void aPackageWithoutAFloorIsFound() {
    assertThat(violations(Rules.EVERY_EXECUTOR_PACKAGE_HAS_ITS_FLOOR))
        .contains("PlantedOutsider")
        .doesNotContain("PlantedTask");
  }

  @Test
  void aCycleIsFound() {
    assertThat(violations(Rules.NO_CYCLES_IN_EXECUTOR))
        .contains("Slice api")
        .contains("Slice task");
  }

  @Test
  void aRoomThatTheTranslationMayNotEnterIsFound() {
    assertThat(violations(Rules.TRANSLATION_SEES_ONLY_THE_API)).contains("PlantedTranslator.node");
  }

  @Test
  void clockChanceAndThreadsAreFoundOutsideOfTheNode() {
    assertThat(violations(Rules.TIME_CHANCE_AND_THREADS_ARE_INJECTED))
        .contains("java.lang.System.currentTimeMillis()")
        .contains("java.lang.System.nanoTime()")
        .contains("java.time.Instant.now()")
        .contains("java.util.Random.<init>(long)")
        .contains("java.util.concurrent.ThreadLocalRandom.current()")
        .contains("java.lang.Math.random()")
        .contains("java.util.UUID.randomUUID()")
        .contains("java.lang.Thread.sleep(long)")
        .contains("java.lang.Thread.<init>(java.lang.Runnable)")
        .doesNotContain("PlantedNode");
  }

  @Test
  void rulesHoldWhereNobodyLivesYet() {
    JavaClasses nobody = new ClassFileImporter().importClasses(String.class);
    assertThat(Rules.NETTY_IN_ONE_ROOM.evaluate(nobody).hasViolation()).isFalse();
    assertThat(Rules.NO_CYCLES_IN_RUNNER.evaluate(nobody).hasViolation()).isFalse();
  }

  private static String violations(ArchRule rule) {
    EvaluationResult result = rule.evaluate(PLANTED);
    assertThat(result.hasViolation()).as(rule.getDescription()).isTrue();
    return result.getFailureReport().toString();
  }
}
