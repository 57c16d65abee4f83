package dev.sluice.integration.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The arrows between modules and packages, as rules. All of them hold for rooms that nobody has
 * entered yet, so a rule is there before the first class it concerns.
 */
final class Rules {

  private static final String EXECUTOR = Room.EXECUTOR + "..";
  private static final String NODE = Room.NODE.packageName() + "..";

  /** Rooms of real threads, time and chance. */
  private static final String[] COMPOSITION = {
    NODE, Room.NET.packageName() + "..", Room.CLUSTER.packageName() + ".."
  };

  private static final String TRANSLATION = "dev.sluice.translation..";
  private static final String RUNNER = "dev.sluice.runner..";

  static final ArchRule NO_BEAM_IN_EXECUTOR =
      noClasses()
          .that()
          .resideInAPackage(EXECUTOR)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.beam..")
          .because("the engine knows stages and blocks, not Beam")
          .allowEmptyShould(true);

  static final ArchRule EXECUTOR_KNOWS_NO_OTHER_MODULE =
      noClasses()
          .that()
          .resideInAPackage(EXECUTOR)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(TRANSLATION, RUNNER)
          .allowEmptyShould(true);

  static final ArchRule TRANSLATION_SEES_ONLY_THE_API =
      noClasses()
          .that()
          .resideInAPackage(TRANSLATION)
          .should()
          .dependOnClassesThat(sluiceOutside(TRANSLATION, Room.API.packageName() + ".."))
          .because("the engine's SPI is the only room that the translation enters")
          .allowEmptyShould(true);

  static final ArchRule RUNNER_SEES_TRANSLATION_API_AND_NODE =
      noClasses()
          .that()
          .resideInAPackage(RUNNER)
          .should()
          .dependOnClassesThat(
              sluiceOutside(
                  RUNNER,
                  TRANSLATION,
                  Room.API.packageName() + "..",
                  NODE,
                  Room.CLUSTER.packageName() + "..",
                  Room.TRANSPORT.packageName() + ".control.."))
          .because(
              "the runner submits jobs, here or to a cluster; how a stage computes is not its"
                  + " matter")
          .allowEmptyShould(true);

  static final ArchRule EVERY_EXECUTOR_PACKAGE_HAS_ITS_FLOOR =
      classes().that().resideInAPackage(EXECUTOR).should(haveARoom()).allowEmptyShould(true);

  static final ArchRule ARROWS_IN_EXECUTOR_GO_DOWN =
      classes()
          .that()
          .resideInAPackage(EXECUTOR)
          .should(useRoomsBelowOnly())
          .allowEmptyShould(true);

  static final ArchRule NETTY_IN_ONE_ROOM =
      noClasses()
          .that()
          .resideOutsideOfPackage(Room.NET.packageName() + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.netty..", "com.esotericsoftware..", "net.jpountz..")
          .allowEmptyShould(true);

  static final ArchRule NO_CYCLES_IN_EXECUTOR = noCycles(Room.EXECUTOR);
  static final ArchRule NO_CYCLES_IN_TRANSLATION = noCycles("dev.sluice.translation");
  static final ArchRule NO_CYCLES_IN_RUNNER = noCycles("dev.sluice.runner");

  static final ArchRule TIME_CHANCE_AND_THREADS_ARE_INJECTED =
      noClasses()
          .that()
          .resideInAPackage(EXECUTOR)
          .and()
          .resideOutsideOfPackages(COMPOSITION)
          .should()
          .accessTargetWhere(timeChanceOrThreads())
          .because(
              "the simulation runs this code on a clock, a seed and a scheduler of its own (C9)")
          .allowEmptyShould(true);

  static final ArchRule EXAMPLES_ARE_PLAIN_BEAM =
      noClasses()
          .that()
          .resideInAPackage("dev.sluice.examples..")
          .should()
          .dependOnClassesThat(sluiceOutside("dev.sluice.examples.."))
          .because("a user's pipeline imports Beam only")
          .allowEmptyShould(true);

  /**
   * By class, the methods and constructors that the injected clock, task pool and randomness
   * replace.
   */
  private static final Map<String, Set<String>> INJECTED =
      Map.ofEntries(
          Map.entry(
              "java.lang.System", Set.of("currentTimeMillis", "nanoTime", "identityHashCode")),
          Map.entry("java.lang.Math", Set.of("random")),
          Map.entry("java.lang.StrictMath", Set.of("random")),
          Map.entry(
              "java.lang.Thread", Set.of("<init>", "sleep", "startVirtualThread", "ofVirtual")),
          Map.entry("java.lang.Object", Set.of("wait")),
          Map.entry("java.util.UUID", Set.of("randomUUID")),
          Map.entry("java.util.Random", Set.of("<init>")),
          Map.entry("java.util.SplittableRandom", Set.of("<init>")),
          Map.entry("java.security.SecureRandom", Set.of("<init>")),
          Map.entry("java.util.concurrent.ThreadLocalRandom", Set.of("current")),
          Map.entry("java.util.Collections", Set.of("shuffle")),
          Map.entry("java.util.Date", Set.of("<init>")),
          Map.entry("java.util.Timer", Set.of("<init>")),
          Map.entry("java.util.concurrent.TimeUnit", Set.of("sleep")),
          Map.entry("java.time.Instant", Set.of("now")),
          Map.entry("java.time.LocalDate", Set.of("now")),
          Map.entry("java.time.LocalDateTime", Set.of("now")),
          Map.entry("java.time.ZonedDateTime", Set.of("now")),
          Map.entry("java.time.Clock", Set.of("systemUTC", "systemDefaultZone", "system")),
          Map.entry("java.util.concurrent.CompletableFuture", Set.of("delayedExecutor")));

  private static final Set<String> THREAD_SOURCES =
      Set.of(
          "java.util.concurrent.Executors",
          "java.util.concurrent.ThreadPoolExecutor",
          "java.util.concurrent.ScheduledThreadPoolExecutor",
          "java.util.concurrent.ForkJoinPool");

  private Rules() {}

  static ArchRule noCycles(String root) {
    return slices().matching(root + ".(**)").should().beFreeOfCycles().allowEmptyShould(true);
  }

  private static DescribedPredicate<JavaClass> sluiceOutside(String... packages) {
    return resideInAPackage("dev.sluice..")
        .and(DescribedPredicate.not(resideInAnyPackage(packages)))
        .as("classes of Sluice outside of %s", String.join(", ", packages));
  }

  private static DescribedPredicate<JavaAccess<?>> timeChanceOrThreads() {
    return describe(
        "is the wall clock, chance, or a thread of its own",
        access -> isInjected(access.getTarget()));
  }

  private static boolean isInjected(AccessTarget target) {
    String owner = target.getOwner().getFullName();
    return THREAD_SOURCES.contains(owner)
        || INJECTED.getOrDefault(owner, Set.of()).contains(target.getName());
  }

  private static ArchCondition<JavaClass> haveARoom() {
    return new ArchCondition<>("lie in a package that Room places on a floor") {
      @Override
      public void check(JavaClass item, ConditionEvents events) {
        boolean placed = Room.of(item.getPackageName()).isPresent();
        String message =
            "%s: package %s is not in Room; give it a floor there"
                .formatted(item.getName(), item.getPackageName());
        events.add(new SimpleConditionEvent(item, placed, message));
      }
    };
  }

  private static ArchCondition<JavaClass> useRoomsBelowOnly() {
    return new ArchCondition<>("use only rooms on the same floor or below") {
      @Override
      public void check(JavaClass item, ConditionEvents events) {
        Optional<Room> from = Room.of(item.getPackageName());
        if (from.isEmpty()) {
          return;
        }
        for (Dependency dependency : item.getDirectDependenciesFromSelf()) {
          Optional<Room> to = Room.of(dependency.getTargetClass().getPackageName());
          boolean down = to.isEmpty() || from.get().mayUse(to.get());
          events.add(new SimpleConditionEvent(item, down, dependency.getDescription()));
        }
      }
    };
  }
}
