package dev.sluice.executor.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Columns keep their owners and buddies through deaths, joins and hand-overs. */
class AssignmentTest {
  private static Assignment spread(int executors, int columns) {
    int[] members = new int[executors];
    Arrays.setAll(members, i -> 3 * i); // numbers are never given again, so there are gaps
    return Assignment.spread(0, members, columns, 2);
  }

  private static void isSound(Assignment assignment) {
    for (int column = 0; column < assignment.columns(); column++) {
      int owner = assignment.owners()[column];
      int buddy = assignment.buddies()[column];
      assertThat(assignment.isMember(owner)).isTrue();
      if (assignment.executors().length == 1) {
        assertThat(buddy).isEqualTo(Assignment.NOBODY);
      } else {
        assertThat(assignment.isMember(buddy)).isTrue();
        assertThat(buddy).isNotEqualTo(owner);
      }
    }
    assertThat(assignment.isComplete()).isEqualTo(assignment.executors().length > 1);
  }

  private static int most(int[] of) {
    return Arrays.stream(of)
        .map(e -> (int) Arrays.stream(of).filter(o -> o == e).count())
        .max()
        .orElse(0);
  }

  @Property
  void isSpreadEvenly(
      @ForAll @IntRange(min = 1, max = 9) int executors,
      @ForAll @IntRange(min = 1, max = 40) int columns) {
    Assignment made = spread(executors, columns);
    isSound(made);
    assertThat(most(made.owners())).isLessThanOrEqualTo((columns + executors - 1) / executors);
  }

  @Property
  void buddiesOfOneOwnerAreSpread(@ForAll @IntRange(min = 2, max = 9) int executors) {
    Assignment made = spread(executors, executors * (executors - 1));
    for (int owner : made.executors()) {
      Set<Integer> buddies = new TreeSet<>();
      for (int column = 0; column < made.columns(); column++) {
        if (made.owners()[column] == owner) {
          buddies.add(made.buddies()[column]);
        }
      }
      assertThat(buddies).hasSize(executors - 1);
    }
  }

  @Property
  void oneDeathLosesNothingAndMovesOnlyTheColumnsOfTheDead(
      @ForAll @IntRange(min = 2, max = 9) int executors,
      @ForAll @IntRange(min = 1, max = 40) int columns,
      @ForAll @IntRange(min = 0, max = 8) int victim) {
    Assignment before = spread(executors, columns);
    int dead = before.executors()[victim % executors];
    assertThat(before.lostWithout(Set.of(dead))).isEmpty();
    Assignment after = before.without(1, Set.of(dead));
    isSound(after);
    assertThat(after.isMember(dead)).isFalse();
    assertThat(after.epoch()).isEqualTo(1);
    for (int column = 0; column < columns; column++) {
      if (before.owners()[column] == dead) {
        assertThat(after.owners()[column]).isEqualTo(before.buddies()[column]);
      } else {
        assertThat(after.owners()[column]).isEqualTo(before.owners()[column]);
        if (before.buddies()[column] != dead) {
          assertThat(after.buddies()[column]).isEqualTo(before.buddies()[column]);
        }
      }
    }
  }

  @Property
  void lostIsExactlyWhatNobodyAliveHas(
      @ForAll @IntRange(min = 2, max = 7) int executors,
      @ForAll @IntRange(min = 1, max = 30) int columns,
      @ForAll @Size(min = 1, max = 4) Set<@IntRange(min = 0, max = 6) Integer> victims) {
    Assignment before = spread(executors, columns);
    Set<Integer> dead = new TreeSet<>();
    victims.forEach(v -> dead.add(before.executors()[v % executors]));
    List<Integer> lost = before.lostWithout(dead);
    for (int column = 0; column < columns; column++) {
      boolean gone =
          dead.contains(before.owners()[column]) && dead.contains(before.buddies()[column]);
      assertThat(lost.contains(column)).isEqualTo(gone);
    }
    if (lost.isEmpty()) {
      isSound(before.without(1, dead));
    } else {
      assertThatThrownBy(() -> before.without(1, dead)).hasMessageContaining("are lost");
    }
  }

  @Property
  void whoeverJoinsIsGivenItsShareInTwoSteps(
      @ForAll @IntRange(min = 1, max = 8) int executors,
      @ForAll @IntRange(min = 1, max = 40) int columns) {
    Assignment before = spread(executors, columns);
    Assignment with = before.with(1, 100);
    isSound(with);
    assertThat(with.isMember(100)).isTrue();
    assertThat(with.owners()).as("nothing moves before it is copied").isEqualTo(before.owners());
    Assignment after = with.handedOver(2, 100);
    isSound(after);
    for (int column = 0; column < columns; column++) {
      if (with.buddies()[column] == 100) {
        assertThat(after.owners()[column]).isEqualTo(100);
        assertThat(after.buddies()[column]).isEqualTo(with.owners()[column]);
      } else {
        assertThat(after.owners()[column]).isEqualTo(with.owners()[column]);
        assertThat(after.buddies()[column]).isEqualTo(with.buddies()[column]);
      }
    }
    long given = Arrays.stream(after.owners()).filter(owner -> owner == 100).count();
    assertThat(given).isGreaterThanOrEqualTo(columns / (executors + 1));
  }

  @Property
  void staysSoundThroughALongHistory(
      @ForAll @Size(min = 1, max = 30) List<@IntRange(min = 0, max = 99) Integer> history) {
    Assignment now = spread(3, 12);
    int next = 10;
    for (int dice : history) {
      int[] members = now.executors();
      if (dice % 2 == 0 || members.length == 1) {
        now = now.with(now.epoch() + 1, ++next);
        isSound(now);
        now = now.handedOver(now.epoch() + 1, next);
      } else {
        now = now.without(now.epoch() + 1, Set.of(members[dice % members.length]));
      }
      isSound(now);
    }
  }
}
