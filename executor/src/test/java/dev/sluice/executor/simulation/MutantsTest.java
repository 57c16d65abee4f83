package dev.sluice.executor.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulation finds faults: each of these is planted, and found under one of a few seeds. */
class MutantsTest {
  /** Under so many seeds, each with all scenarios, every fault is found. */
  private static final int SEEDS = Integer.getInteger("sluice.simulation.mutant.seeds", 150);

  private static final long FIRST = 1;

  private static final Logger LOG = Logger.getLogger("dev.sluice.executor");

  /** A fault, and where it is planted. */
  enum Fault {
    RELEASE_BEFORE_COPY(
        "task/ReleaseGroups.java",
        "group.missing = consumers.size() + buddies.length;",
        "group.missing = 0;"),
    RELEASE_BEFORE_THE_LAST_COPY(
        "task/ReleaseGroups.java",
        "group.missing = consumers.size() + buddies.length;",
        "group.missing = Math.min(1, consumers.size() + buddies.length);"),
    RETENTION_ONE_BATCH_SHORT(
        "task/BatchFlow.java",
        "while (!tables.isEmpty() && first <= batch) {",
        "while (!tables.isEmpty() && first <= batch + 1) {"),
    COPIES_KEPT_ONE_BATCH_SHORT(
        "task/Standbys.java",
        "standby.kept.firstKey() <= batch)",
        "standby.kept.firstKey() <= batch + 1)"),
    STALE_EPOCH_ACCEPTED(
        "task/LocalEpoch.java", "if (message.epoch() < epoch() || !isOpen()) {", "if (false) {"),
    PROMISE_SKIPPED("task/LocalEpoch.java", "job.groups().fence();", ""),
    TOMBSTONE_IGNORED(
        "state/RowTable.java",
        "rows.remove(row);",
        "if (row.isTombstone() && !keepsTombstones) {\n      return;\n    }\n    rows.remove(row);"),
    OLD_MANIFEST_PREFERRED(
        "checkpoint/CheckpointStore.java",
        "    for (ManifestName name : names) {\n      Manifest manifest;",
        "    List<ManifestName> backwards = new ArrayList<>(names);\n"
            + "    java.util.Collections.reverse(backwards);\n"
            + "    for (ManifestName name : backwards) {\n      Manifest manifest;"),
    RESEND_FORGOTTEN(
        "task/LocalEpoch.java",
        "byStage.forEach((stage, tasks) -> sendAgain(table, stage, tasks, moved));",
        ""),
    COMERS_RUN_BEFORE_RESENT(
        "task/LocalEpoch.java",
        "return !comers.isEmpty() && comers.contains(slot.task());",
        "return false;"),
    PENDING_COPY_APPLIED_ON_DISCARD(
        "task/Standbys.java",
        "    standby.release(released);\n    standby.discardPending();\n    if (standby.released",
        "    standby.release(Long.MAX_VALUE);\n    if (standby.released"),
    ROWS_OF_DISCARDED_APPLIED(
        "task/Standbys.java",
        "      standby.pending = copy;",
        "      standby.rows.apply(copy.rows());\n      standby.pending = copy;"),
    DELTA_NOT_APPLIED("task/Standbys.java", "rows.apply(pending.rows());", ""),
    DELIVERED_TWICE(
        "task/BatchRecord.java",
        "return delivered.add(new Delivered(sent.edge(), sent.producer(), sent.consumer()));",
        "delivered.add(new Delivered(sent.edge(), sent.producer(), sent.consumer()));\n"
            + "    return true;"),
    OPENER_FORGETS_AN_OPEN_BATCH(
        "coordinator/CoordinatedJob.java",
        "            goOn.open(),\n            handle.progress()",
        "            goOn.open().subList(0, Math.max(0, goOn.open().size() - 1)),\n"
            + "            handle.progress()"),
    GIVEN_UP_CHECKPOINT_IS_TAKEN(
        "coordinator/CoordinatedJob.java", "&& batch > givenUpThrough;", ";");

    private final Mutant mutant;

    Fault(String source, String original, String planted) {
      mutant = new Mutant(source, original, planted);
    }
  }

  @BeforeAll
  static void quiet() {
    LOG.setLevel(Level.OFF);
  }

  @AfterAll
  static void loud() {
    LOG.setLevel(null);
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void isFound(Fault fault) throws Exception {
    Method rehearsal = rehearsal(fault.mutant);
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      for (Scenario scenario : Scenario.values()) {
        if (!goesWell(rehearsal, scenario, seed)) {
          System.out.println(fault + " is found by " + scenario + " under seed " + seed);
          return;
        }
      }
    }
    throw new AssertionError(fault + " is not found under seeds up to " + (FIRST + SEEDS - 1));
  }

  /** The same classes without a fault find nothing: it is the fault that is found. */
  @Test
  void withoutAFaultNothingIsFound() throws Exception {
    String same = "rows.apply(pending.rows());";
    Method rehearsal = rehearsal(new Mutant("task/Standbys.java", same, same));
    for (long seed = FIRST; seed < FIRST + 3; seed++) {
      for (Scenario scenario : Scenario.values()) {
        assertThat(goesWell(rehearsal, scenario, seed)).isTrue();
      }
    }
  }

  private static Method rehearsal(Mutant mutant) throws Exception {
    return mutant
        .plant()
        .loadClass(Rehearsal.class.getName())
        .getMethod("goesWell", String.class, long.class);
  }

  private static boolean goesWell(Method rehearsal, Scenario scenario, long seed) throws Exception {
    return (boolean) rehearsal.invoke(null, scenario.name(), seed);
  }
}
