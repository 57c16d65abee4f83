package dev.sluice.executor.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;
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
    DIRTY_SET_LOST_ON_ABORT(
        "task/PartitionCopies.java", "inCheckpoint.apply(changed);", "inCheckpoint = changed;"),
    TOMBSTONE_LOST(
        "task/PartitionCopies.java",
        "inCheckpoint = changed;\n    changed = RowTable.ofChanges();",
        "inCheckpoint = changed;\n    changed = RowTable.ofState();"),
    FIRST_SNAPSHOT_OF_A_COMER_IS_A_CHANGE(
        "task/PartitionSlot.java", "snapshotFull = due || !everCommitted;", "snapshotFull = due;"),
    ACK_COUNTED_TWICE(
        "task/ReleaseGroups.java",
        "group.sent && --group.missing == 0) {",
        "group.sent && (group.missing -= 2) <= 0) {"),
    FENCE_SKIPPED(
        "coordinator/CoordinatedJob.java",
        "recovery = new Recovery(next, new TreeSet<>(stay));",
        "recovery = new Recovery(next, new TreeSet<>(stay.stream().limit(1).toList()));"),
    REPAIR_ANNOUNCED_BEFORE_COPIED(
        "task/LocalEpoch.java", "        && unrepaired.isEmpty()\n", "\n"),
    MARK_SENT_BEFORE_RELEASE(
        "task/BatchFlow.java",
        "    byTask.forEach(table.record()::sealed);",
        "    byTask.forEach(table.record()::sealed);\n"
            + "    byTask.forEach((task, blocks) -> blocks.forEach(sent -> deliver(table, sent)));\n"
            + "    byTask.keySet().forEach(table.record()::discard);"),
    DISCARDS_WHAT_IS_RELEASED(
        "coordinator/RecoveryRules.java",
        "boolean pending = standby.copied() > standby.released();",
        "boolean pending = false;"),
    ROLLS_FORWARD_WITHOUT_CONSUMERS(
        "coordinator/RecoveryRules.java",
        "if (there == null || !there.contains(new TaskBatch(standby.task(), batch))) {",
        "if (false) {"),
    GIVES_NO_HISTORY(
        "task/LocalEpoch.java",
        "if (known != null && known.own() != null) {\n        history.add",
        "if (false) {\n        history.add"),
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
    String found =
        LongStream.range(FIRST, FIRST + SEEDS)
            .parallel()
            .mapToObj(seed -> finder(rehearsal, seed))
            .filter(Objects::nonNull)
            .findAny()
            .orElseThrow(() -> new AssertionError(fault + " is not found under seeds to " + SEEDS));
    System.out.println(fault + " is found by " + found);
  }

  /** The scenario that finds a fault under a seed; null if none does. */
  private static String finder(Method rehearsal, long seed) {
    for (Scenario scenario : Scenario.values()) {
      if (!goesWell(rehearsal, scenario, seed)) {
        return scenario + " under seed " + seed;
      }
    }
    return null;
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
        .getMethod("goesWell", String.class, long.class, boolean.class);
  }

  /** With one seed of each kind. */
  private static boolean goesWell(Method rehearsal, Scenario scenario, long seed) {
    try {
      return (boolean) rehearsal.invoke(null, scenario.name(), seed, false)
          && (boolean) rehearsal.invoke(null, scenario.name(), seed, true);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("the rehearsal cannot be called", e);
    }
  }
}
