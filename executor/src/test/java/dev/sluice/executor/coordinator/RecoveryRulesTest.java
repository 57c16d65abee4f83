package dev.sluice.executor.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.api.BatchKind;
import dev.sluice.executor.api.Exchange;
import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.coordinator.RecoveryRules.Verdict;
import dev.sluice.executor.fixtures.Event;
import dev.sluice.executor.fixtures.GraphBuilder;
import dev.sluice.executor.fixtures.GraphBuilder.From;
import dev.sluice.executor.fixtures.ListSource;
import dev.sluice.executor.fixtures.Programs;
import dev.sluice.executor.transport.Assignment;
import dev.sluice.executor.transport.Inventory;
import dev.sluice.executor.transport.Inventory.Arrived;
import dev.sluice.executor.transport.Inventory.Owned;
import dev.sluice.executor.transport.Inventory.Standby;
import dev.sluice.executor.transport.JobPlan;
import dev.sluice.executor.transport.TaskId;
import dev.sluice.executor.transport.ToExecutor.Moved;
import dev.sluice.executor.transport.ToExecutor.OpenBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/**
 * What follows from inventories. Executors 0, 1 and 2 own a column each, of a source and of a stage
 * after it; the buddy of 0 is 1, that of 1 is 2, that of 2 is 0. Executor 0 has died.
 */
class RecoveryRulesTest {
  private static final TaskId READ = new TaskId(0, 0);
  private static final TaskId SUM = new TaskId(1, 0);
  private static final JobGraph GRAPH = graph();
  private static final Assignment BEFORE =
      Assignment.of(0, 2, new int[] {0, 1, 2}, new int[] {0, 1, 2}, new int[] {1, 2, 0});
  private static final JobPlan PLAN =
      new JobPlan("job", 1, GRAPH, BEFORE, 0, false, 0, Long.MIN_VALUE);

  private final Map<Integer, List<OpenBatch>> open = new TreeMap<>();
  private final Map<Integer, List<Standby>> standbys = new TreeMap<>();
  private final Map<Integer, List<Arrived>> arrived = new TreeMap<>();
  private final Map<Integer, List<Owned>> owned = new TreeMap<>();
  private final Map<Integer, Long> committed = new TreeMap<>();
  private final Map<Integer, Long> times = new TreeMap<>();

  private static JobGraph graph() {
    GraphBuilder g = GraphBuilder.streaming("job").replicated();
    List<Event> none = new ArrayList<>();
    int read = g.source("read", ListSource.of(List.of(none, none, none)));
    g.stage("sum", 3, Programs.runningSum(), From.of(read, Exchange.KEYED));
    return g.build();
  }

  private static OpenBatch batch(long number) {
    return new OpenBatch(
        new BatchDescriptor(
            "job", 1, number, BatchKind.DATA, number, 0, false, false, false, false, 0),
        0,
        List.of());
  }

  private static Standby released(TaskId task, long batch) {
    return new Standby(task, true, batch, batch, false, List.of(), List.of());
  }

  private static Standby copied(TaskId task, long batch, List<Integer> consumers) {
    return new Standby(task, true, batch - 1, batch, false, List.of(task), consumers);
  }

  private void knows(int executor, long... batches) {
    for (long number : batches) {
      open.computeIfAbsent(executor, e -> new ArrayList<>()).add(batch(number));
    }
  }

  private void keeps(int executor, Standby... kept) {
    standbys.put(executor, List.of(kept));
  }

  private void hasGot(int executor, TaskId task, long batch, boolean isReleased) {
    arrived
        .computeIfAbsent(executor, e -> new ArrayList<>())
        .add(new Arrived(task, batch, isReleased));
  }

  private Verdict decide(Assignment after, Integer... live) {
    return decide(after, Set.of(), live);
  }

  private Verdict decide(Assignment after, Set<TaskId> unsettled, Integer... live) {
    Map<Integer, Inventory> inventories = new TreeMap<>();
    for (int executor : live) {
      inventories.put(
          executor,
          new Inventory(
              executor,
              1,
              committed.getOrDefault(executor, -1L),
              times.getOrDefault(executor, Long.MIN_VALUE),
              open.getOrDefault(executor, List.of()),
              owned.getOrDefault(executor, List.of()),
              standbys.getOrDefault(executor, List.of()),
              arrived.getOrDefault(executor, List.of())));
    }
    return RecoveryRules.decide(PLAN, after, inventories, unsettled);
  }

  private Verdict afterDeath() {
    return decide(BEFORE.without(1, Set.of(0)), 1, 2);
  }

  private static long releasedOf(TaskId task, Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.GoOn.class);
    return ((Verdict.GoOn) verdict)
        .moved().stream().filter(m -> m.task().equals(task)).findFirst().orElseThrow().released();
  }

  @Test
  void partitionsOfTheDeadGoOnWhereTheirCopiesAre() {
    knows(1, 0, 1);
    keeps(1, released(READ, 1), released(SUM, 0));
    assertThat(afterDeath())
        .isEqualTo(
            new Verdict.GoOn(
                -1,
                Long.MIN_VALUE,
                List.of(batch(0), batch(1)),
                List.of(new Moved(READ, 1), new Moved(SUM, 0))));
  }

  @Test
  void whatSomebodyKnowsToBeReleasedIs() {
    knows(1, 0);
    keeps(1, copied(READ, 0, List.of(1, 2)), released(SUM, -1));
    assertThat(releasedOf(READ, afterDeath())).isEqualTo(-1);
    hasGot(2, READ, 0, true);
    assertThat(releasedOf(READ, afterDeath())).isZero();
  }

  @Test
  void aGroupIsReleasedIfOneOfItIs() {
    TaskId other = new TaskId(0, 3);
    Standby inGroup = new Standby(READ, true, -1, 0, false, List.of(READ, other), List.of(1, 2));
    knows(1, 0);
    keeps(1, inGroup, released(SUM, -1));
    assertThat(releasedOf(READ, afterDeath())).isEqualTo(-1);
    hasGot(2, other, 0, true);
    assertThat(releasedOf(READ, afterDeath())).isZero();
  }

  @Test
  void aGroupThatIsCopiedWholeIsReleased() {
    knows(1, 0);
    keeps(1, copied(READ, 0, List.of(1, 2)), released(SUM, -1));
    hasGot(1, READ, 0, false);
    assertThat(releasedOf(READ, afterDeath())).as("one consumer lacks it").isEqualTo(-1);
    hasGot(2, READ, 0, false);
    assertThat(releasedOf(READ, afterDeath())).isZero();
  }

  @Test
  void aConsumerThatIsDeadTooDoesNotHaveIt() {
    knows(1, 0);
    keeps(1, copied(READ, 0, List.of(0, 1)), released(SUM, -1));
    hasGot(1, READ, 0, false);
    assertThat(releasedOf(READ, afterDeath())).isEqualTo(-1);
  }

  @Test
  void aGroupOfWhichACopyIsMissingIsDiscarded() {
    TaskId other = new TaskId(0, 3); // the same column, whose copy has not come
    knows(1, 0);
    keeps(
        1,
        new Standby(READ, true, -1, 0, false, List.of(READ, other), List.of()),
        released(other, -1),
        released(SUM, -1));
    assertThat(releasedOf(READ, afterDeath())).isEqualTo(-1);
  }

  @Test
  void anIncompleteStandbyCannotGoOn() {
    keeps(1, new Standby(READ, false, 0, 0, false, List.of(), List.of()), released(SUM, -1));
    assertThat(afterDeath()).isInstanceOf(Verdict.RollBack.class);
    assertThat(((Verdict.RollBack) afterDeath()).what()).contains("partition 0 of stage read");
  }

  @Test
  void anIncompleteStandbyIsMadeWholeByAWholeCopyThatIsReleased() {
    knows(1, 0);
    keeps(
        1,
        new Standby(READ, false, Long.MIN_VALUE, 0, true, List.of(READ), List.of()),
        released(SUM, -1));
    assertThat(releasedOf(READ, afterDeath())).isZero();
  }

  @Test
  void aWholeCopyThatIsNotReleasedDoesNotHelp() {
    keeps(
        1,
        new Standby(READ, false, Long.MIN_VALUE, 0, true, List.of(READ), List.of(2)),
        released(SUM, -1));
    assertThat(afterDeath()).isInstanceOf(Verdict.RollBack.class);
  }

  @Test
  void aCopyOlderThanWhatIsReleasedIsNotEnough() {
    keeps(1, released(READ, 0), released(SUM, -1));
    hasGot(2, READ, 1, true);
    assertThat(afterDeath()).isInstanceOf(Verdict.RollBack.class);
  }

  @Test
  void nobodyKeepsACopy() {
    assertThat(afterDeath()).isInstanceOf(Verdict.RollBack.class);
  }

  @Test
  void descriptorsFromAllTogetherHaveNoGap() {
    keeps(1, released(READ, -1), released(SUM, -1));
    knows(1, 5, 7);
    committed.put(2, 4L);
    assertThat(afterDeath()).isInstanceOf(Verdict.RollBack.class);
    assertThat(((Verdict.RollBack) afterDeath()).what()).contains("between 4 and 7");
    knows(2, 6);
    Verdict.GoOn goOn = (Verdict.GoOn) afterDeath();
    assertThat(goOn.committed()).isEqualTo(4);
    assertThat(goOn.open()).containsExactly(batch(5), batch(6), batch(7));
  }

  @Test
  void whatOneKnowsToBeCommittedIs() {
    keeps(1, released(READ, 3), released(SUM, 3));
    knows(1, 2, 3);
    committed.put(1, 1L);
    committed.put(2, 3L);
    assertThat(((Verdict.GoOn) afterDeath()).committed()).isEqualTo(3);
    assertThat(((Verdict.GoOn) afterDeath()).open()).isEmpty();
  }

  @Test
  void timeIsNotBeforeThatOfAnyBatchThatSomebodyKnew() {
    keeps(1, released(READ, 3), released(SUM, 3));
    committed.put(1, 3L);
    times.put(1, 70L);
    times.put(2, 60L);
    assertThat(((Verdict.GoOn) afterDeath()).time()).isEqualTo(70);
  }

  @Test
  void aLiveOwnerSaysItself() {
    Assignment handedOver =
        Assignment.of(1, 2, new int[] {0, 1, 2}, new int[] {1, 1, 2}, new int[] {0, 2, 0});
    owned.put(0, List.of(new Owned(READ, 7), new Owned(SUM, 6)));
    keeps(1, copied(READ, 8, List.of()), released(SUM, 5));
    Verdict verdict = decide(handedOver, 0, 1, 2);
    assertThat(releasedOf(READ, verdict)).isEqualTo(7);
    assertThat(releasedOf(SUM, verdict)).isEqualTo(6);
  }

  @Test
  void whatMovedBeforeAndIsNotRepairedIsSaidAgain() {
    TaskId moved = new TaskId(1, 2);
    keeps(1, released(READ, -1), released(SUM, -1));
    owned.put(2, List.of(new Owned(moved, 4)));
    Verdict verdict = decide(BEFORE.without(1, Set.of(0)), Set.of(moved), 1, 2);
    assertThat(releasedOf(moved, verdict)).isEqualTo(4);
  }

  @Property
  void whatIsReleasedStaysAndWhatIsIncompleteIsDiscarded(
      @ForAll @IntRange(min = 0, max = 3) int released,
      @ForAll boolean pending,
      @ForAll boolean whole,
      @ForAll boolean full,
      @ForAll @IntRange(min = -1, max = 4) int known,
      @ForAll @Size(max = 2) Set<@IntRange(min = 1, max = 2) Integer> consumers,
      @ForAll @Size(max = 2) Set<@IntRange(min = 1, max = 2) Integer> holders) {
    arrived.clear();
    open.clear();
    int copied = pending ? released + 1 : released;
    knows(1, 0, 1, 2, 3, 4, 5);
    keeps(
        1,
        new Standby(
            READ, whole, released, copied, pending && full, List.of(READ), List.copyOf(consumers)),
        released(SUM, -1));
    holders.forEach(holder -> hasGot(holder, READ, copied, false));
    if (known >= 0) {
      hasGot(2, READ, known, true);
    }
    Verdict verdict = afterDeath();
    boolean complete = holders.containsAll(consumers);
    if (verdict instanceof Verdict.GoOn) {
      long decided = releasedOf(READ, verdict);
      assertThat(decided).isBetween((long) Math.max(released, known), (long) copied);
      if (decided > Math.max(released, known)) {
        assertThat(complete || known == copied).as("is complete").isTrue();
      } else if (pending && decided < copied) {
        assertThat(complete).as("is complete and was discarded").isFalse();
      }
      assertThat(whole || (pending && full && decided == copied)).as("can go on").isTrue();
    } else {
      boolean rollsForward = pending && (known >= copied || complete);
      assertThat(known > copied || (!whole && !(full && rollsForward))).as("is needed").isTrue();
    }
  }
}
