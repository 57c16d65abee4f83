package dev.sluice.executor.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.executor.membership.MembershipEvent.ExecutorDead;
import dev.sluice.executor.membership.MembershipEvent.ExecutorJoined;
import dev.sluice.executor.membership.MembershipEvent.ExecutorSuspected;
import dev.sluice.executor.membership.MembershipEvent.ExecutorTrusted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MembersTest {
  private static final long MS = 1_000_000;

  private final Members members = new Members(MembershipSettings.DEFAULT);
  private long now = 5_000 * MS;

  @Test
  void numbersRiseAndAreNeverGivenTwice() {
    assertThat(members.join(now)).isZero();
    assertThat(members.join(now)).isOne();
    members.gone(1, "it left");
    assertThat(members.join(now)).isEqualTo(2);
    assertThat(members.in()).containsExactly(0, 2);
  }

  @Test
  void whoIsHeardOfStaysIn() {
    members.join(now);
    for (int i = 0; i < 100; i++) {
      pass(200);
      assertThat(members.heard(0, now)).isTrue();
    }
    assertThat(members.takeEvents()).containsExactly(new ExecutorJoined(0));
    assertThat(members.all()).containsExactly(new MemberView(0, MemberState.LIVE, ""));
  }

  @Test
  void silenceIsSuspectedAfterHalfOfTheTimeoutAndDeadlyAfterAll() {
    members.join(now);
    pass(499);
    assertThat(kinds()).containsExactly("ExecutorJoined 0");
    pass(101);
    assertThat(kinds()).containsExactly("ExecutorSuspected 0");
    pass(300);
    assertThat(members.isIn(0)).isTrue();
    pass(200);
    assertThat(kinds()).containsExactly("ExecutorDead 0");
    assertThat(members.isIn(0)).isFalse();
  }

  @Test
  void whoSpeaksAgainInTimeIsTrusted() {
    members.join(now);
    pass(700);
    members.heard(0, now);
    pass(400);
    assertThat(kinds())
        .containsExactly("ExecutorJoined 0", "ExecutorSuspected 0", "ExecutorTrusted 0");
  }

  @Test
  void aClosedConnectionIsDeadlyAfter200Milliseconds() {
    members.join(now);
    members.connectionLost(0, now);
    assertThat(members.check(now)).isLessThanOrEqualTo(200 * MS);
    pass(199);
    assertThat(members.isIn(0)).isTrue();
    pass(1);
    assertThat(members.isIn(0)).isFalse();
    assertThat(members.takeEvents())
        .last()
        .isEqualTo(
            new ExecutorDead(0, "its connection was closed and did not come back within 200 ms"));
  }

  @Test
  void aConnectionThatComesBackInTimeIsForgotten() {
    members.join(now);
    members.connectionLost(0, now);
    pass(150);
    assertThat(members.connectionBack(0, now)).isTrue();
    pass(400);
    assertThat(kinds())
        .containsExactly("ExecutorJoined 0", "ExecutorSuspected 0", "ExecutorTrusted 0");
  }

  @Test
  void aLateHeartbeatOverTheOldConnectionDoesNotMakeUpForTheLostOne() {
    members.join(now);
    members.connectionLost(0, now);
    members.heard(0, now);
    assertThat(kinds()).containsExactly("ExecutorJoined 0", "ExecutorSuspected 0");
    pass(200);
    assertThat(members.isIn(0)).isFalse();
  }

  @Test
  void theDeadHearNothingButThatTheyAre() {
    members.join(now);
    members.gone(0, "its process ended");
    members.takeEvents();
    assertThat(members.heard(0, now)).isFalse();
    assertThat(members.connectionBack(0, now)).isFalse();
    members.connectionLost(0, now);
    members.gone(0, "again");
    pass(5_000);
    assertThat(members.takeEvents()).isEmpty();
    assertThat(members.heard(17, now)).isFalse();
  }

  @Test
  void aPauseOfThisProcessIsNobodysSilence() {
    members.join(now);
    members.join(now);
    members.check(now);
    now += 10_000 * MS; // nobody could call check, nor heard
    members.check(now);
    assertThat(members.in()).containsExactly(0, 1);
    members.heard(0, now);
    pass(1_100);
    assertThat(members.in()).as("who stays silent after it").isEmpty();
  }

  @Test
  void ofTheDeadTheLatestAreRemembered() {
    for (int i = 0; i < 60; i++) {
      members.join(now);
      members.gone(i, "it left");
    }
    assertThat(members.all()).hasSize(50).first().extracting(MemberView::executor).isEqualTo(10);
  }

  @Test
  void ofTwoThatCannotReachEachOtherTheOneWithMoreComplaintsDies() {
    for (int i = 0; i < 4; i++) {
      members.join(now);
    }
    members.complained(0, 1, "refused", now);
    members.complained(1, 0, "refused", now);
    members.complained(2, 1, "refused", now);
    passHearingAll(249);
    assertThat(members.in()).hasSize(4);
    passHearingAll(20);

    assertThat(members.in()).containsExactly(0, 2, 3);
    passHearingAll(2_000);
    assertThat(members.in()).as("complaints about the dead are void").containsExactly(0, 2, 3);
  }

  @Test
  void ofTwoWithAsManyComplaintsTheYoungerDies() {
    members.join(now);
    members.join(now);
    members.complained(1, 0, "cut", now);
    members.complained(0, 1, "cut", now);
    passHearingAll(300);

    assertThat(members.in()).containsExactly(0);
    assertThat(members.takeEvents())
        .last()
        .isEqualTo(new ExecutorDead(1, "executor 0 and it cannot reach each other: cut"));
  }

  @Test
  void whoCannotReachTheCoordinatorDies() {
    members.join(now);
    members.complained(0, 0, "lost", now);
    assertThat(members.in()).isEmpty();
  }

  private void passHearingAll(long millis) {
    for (long left = millis; left > 0; left -= 10) {
      pass(Math.min(10, left));
      members.in().forEach(executor -> members.heard(executor, now));
    }
  }

  /** Random lives: of each executor the events come in the order that Members promises. */
  @Test
  void eventsOfEachExecutorAreInOrder() {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      Members several =
          new Members(MembershipSettings.DEFAULT.withHeartbeatTimeout(Duration.ofMillis(500)));
      Map<Integer, List<MembershipEvent>> lives = new HashMap<>();
      long time = random.nextLong() >> 8;
      for (int step = 0; step < 400; step++) {
        int somebody = random.nextInt(6);
        switch (random.nextInt(8)) {
          case 0 -> several.join(time);
          case 1 -> several.connectionLost(somebody, time);
          case 2 -> several.connectionBack(somebody, time);
          case 3 -> several.check(time);
          default -> several.heard(somebody, time);
        }
        time += random.nextInt(60) * MS;
        several
            .takeEvents()
            .forEach(e -> lives.computeIfAbsent(e.executor(), k -> new ArrayList<>()).add(e));
      }
      long last = seed;
      lives.forEach((executor, life) -> checkLife(life, "seed " + last + ", executor " + executor));
    }
  }

  private static void checkLife(List<MembershipEvent> life, String where) {
    assertThat(life.get(0)).as(where).isInstanceOf(ExecutorJoined.class);
    boolean suspected = false;
    for (int i = 1; i < life.size(); i++) {
      MembershipEvent event = life.get(i);
      if (event instanceof ExecutorSuspected) {
        assertThat(suspected).as(where).isFalse();
        suspected = true;
      } else if (event instanceof ExecutorTrusted) {
        assertThat(suspected).as(where).isTrue();
        suspected = false;
      } else {
        assertThat(event).as(where).isInstanceOf(ExecutorDead.class);
        assertThat(i).as(where).isEqualTo(life.size() - 1);
      }
    }
  }

  /** Lets time pass, with checks as often as asked for. */
  private void pass(long millis) {
    long end = now + millis * MS;
    while (now < end) {
      now = Math.min(end, now + Math.max(MS, Math.min(50 * MS, members.check(now))));
    }
    members.check(now);
  }

  private List<String> kinds() {
    return members.takeEvents().stream()
        .map(event -> event.getClass().getSimpleName() + " " + event.executor())
        .toList();
  }
}
