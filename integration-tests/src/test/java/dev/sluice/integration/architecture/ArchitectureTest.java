package dev.sluice.integration.architecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * Holds {@link Rules} against the main classes of all modules. {@link RulesTest} holds the rules
 * themselves.
 */
@AnalyzeClasses(packages = "dev.sluice", importOptions = ArchitectureTest.MainClasses.class)
class ArchitectureTest {

  @ArchTest static final ArchRule noBeamInExecutor = Rules.NO_BEAM_IN_EXECUTOR;
  @ArchTest static final ArchRule executorKnowsNoOtherModule = Rules.EXECUTOR_KNOWS_NO_OTHER_MODULE;
  @ArchTest static final ArchRule translationSeesOnlyTheApi = Rules.TRANSLATION_SEES_ONLY_THE_API;

  @ArchTest
  static final ArchRule runnerSeesTranslationApiAndNode =
      Rules.RUNNER_SEES_TRANSLATION_API_AND_NODE;

  @ArchTest
  static final ArchRule everyExecutorPackageHasItsFloor =
      Rules.EVERY_EXECUTOR_PACKAGE_HAS_ITS_FLOOR;

  @ArchTest static final ArchRule arrowsInExecutorGoDown = Rules.ARROWS_IN_EXECUTOR_GO_DOWN;
  @ArchTest static final ArchRule nettyInOneRoom = Rules.NETTY_IN_ONE_ROOM;
  @ArchTest static final ArchRule noCyclesInExecutor = Rules.NO_CYCLES_IN_EXECUTOR;
  @ArchTest static final ArchRule noCyclesInTranslation = Rules.NO_CYCLES_IN_TRANSLATION;
  @ArchTest static final ArchRule noCyclesInRunner = Rules.NO_CYCLES_IN_RUNNER;

  @ArchTest
  static final ArchRule timeChanceAndThreadsAreInjected =
      Rules.TIME_CHANCE_AND_THREADS_ARE_INJECTED;

  @ArchTest static final ArchRule examplesArePlainBeam = Rules.EXAMPLES_ARE_PLAIN_BEAM;

  /** Main classes: neither a module's test classes nor the executor's test jar. */
  static final class MainClasses implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-classes/") && !location.contains("-tests.jar");
    }
  }
}
