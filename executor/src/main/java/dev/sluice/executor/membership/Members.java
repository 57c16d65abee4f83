package dev.sluice.executor.membership;

import dev.sluice.executor.membership.MembershipEvent.ExecutorDead;
import dev.sluice.executor.membership.MembershipEvent.ExecutorJoined;
import dev.sluice.executor.membership.MembershipEvent.ExecutorSuspected;
import dev.sluice.executor.membership.MembershipEvent.ExecutorTrusted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The table of executors, and the only place where one is declared dead (DESIGN C12). Every method
 * is given the time, as nanoseconds of a clock that never falls; what has become of executors is
 * taken with {@link #takeEvents}. Owned by one thread at a time.
 *
 * <p>Invariants: numbers rise and are never given twice; nothing changes a dead executor; of each
 * executor the events are joined, then suspected and trusted in turn, then dead once.
 *
 * <p>If this process itself was held up, silence means nothing: {@link #check} notices that it is
 * called late, and gives everybody the time back.
 */
public final class Members {
  /** How many of the dead are remembered. */
  private static final int DEAD_KEPT = 50;

  private final long timeout;
  private final long patience;
  private final Map<Integer, Member> in = new TreeMap<>();
  private final TreeMap<Integer, Member> dead = new TreeMap<>();

  /** Who cannot reach whom. */
  private final Map<List<Integer>, Complaint> complaints = new LinkedHashMap<>();

  private List<MembershipEvent> events = new ArrayList<>();
  private int next;
  private long checkedAt;
  private boolean checked;

  private record Complaint(String why, long since) {}

  private static final class Member {
    final int executor;
    MemberState state = MemberState.LIVE;
    String reason = "";
    long heardAt;
    boolean connected = true;
    long lostAt;

    Member(int executor, long now) {
      this.executor = executor;
      this.heardAt = now;
    }

    MemberView view() {
      return new MemberView(executor, state, reason);
    }
  }

  /** Nobody yet; the first executor gets number 0. */
  public Members(MembershipSettings settings) {
    this.timeout = settings.heartbeatTimeout().toNanos();
    this.patience = settings.reconnectPatience().toNanos();
  }

  /** Somebody joins; returns the new number. */
  public int join(long now) {
    int executor = next++;
    in.put(executor, new Member(executor, now));
    events.add(new ExecutorJoined(executor));
    return executor;
  }

  /** Something came from an executor; returns whether it is in. */
  public boolean heard(int executor, long now) {
    Member member = in.get(executor);
    if (member == null) {
      return false;
    }
    member.heardAt = Math.max(member.heardAt, now);
    trustIfWell(member);
    return true;
  }

  /** The connection of an executor was closed; it may come back. */
  public void connectionLost(int executor, long now) {
    Member member = in.get(executor);
    if (member != null && member.connected) {
      member.connected = false;
      member.lostAt = now;
      suspect(member, "its connection was closed");
    }
  }

  /** An executor has a connection again; returns whether it is in. */
  public boolean connectionBack(int executor, long now) {
    Member member = in.get(executor);
    if (member == null) {
      return false;
    }
    member.connected = true;
    return heard(executor, now);
  }

  /** It is known that an executor is no more: its process has ended, or it says so itself. */
  public void gone(int executor, String reason) {
    Member member = in.get(executor);
    if (member != null) {
      bury(member, reason);
    }
  }

  /**
   * An executor cannot reach another one, or be reached by the coordinator if that is itself. One
   * of the two must go: once a quarter of the timeout has passed, in which others may complain,
   * too, the one with more complaints about it; of two with as many, the younger.
   */
  public void complained(int executor, int about, String why, long now) {
    if (!in.containsKey(executor) || !in.containsKey(about)) {
      return;
    }
    if (executor == about) {
      bury(in.get(executor), "the connections between it and the coordinator are lost: " + why);
      return;
    }
    complaints.putIfAbsent(List.of(executor, about), new Complaint(why, now));
  }

  private void settleComplaints(long now) {
    complaints.keySet().removeIf(pair -> !pair.stream().allMatch(in::containsKey));
    for (Map.Entry<List<Integer>, Complaint> entry : List.copyOf(complaints.entrySet())) {
      if (now - entry.getValue().since() >= timeout / 4 && complaints.containsKey(entry.getKey())) {
        int executor = entry.getKey().get(0);
        int about = entry.getKey().get(1);
        int victim = complaintsAbout(executor) > complaintsAbout(about) ? executor : about;
        if (complaintsAbout(executor) == complaintsAbout(about)) {
          victim = Math.max(executor, about);
        }
        int other = victim == executor ? about : executor;
        bury(
            in.get(victim),
            "executor " + other + " and it cannot reach each other: " + entry.getValue().why());
        complaints.keySet().removeIf(pair -> !pair.stream().allMatch(in::containsKey));
      }
    }
  }

  private long complaintsAbout(int executor) {
    return complaints.keySet().stream().filter(pair -> pair.get(1) == executor).count();
  }

  /**
   * Suspects and declares dead whoever has been silent for too long.
   *
   * @return how many nanoseconds later it should be called again at the latest; less harms nothing
   */
  public long check(long now) {
    forgiveOwnPause(now);
    for (Member member : List.copyOf(in.values())) {
      long silence = now - member.heardAt;
      if (!member.connected && now - member.lostAt >= patience) {
        bury(
            member,
            "its connection was closed and did not come back within " + millis(patience) + " ms");
      } else if (silence >= timeout) {
        bury(member, "nothing was heard of it for " + millis(silence) + " ms");
      } else if (silence >= timeout / 2) {
        suspect(member, "nothing was heard of it for " + millis(silence) + " ms");
      }
    }
    settleComplaints(now);
    return untilNextCheck(now);
  }

  private void forgiveOwnPause(long now) {
    long late = now - checkedAt - checkInterval();
    if (checked && late > timeout / 4) {
      for (Member member : in.values()) {
        member.heardAt = Math.min(now, member.heardAt + late);
        member.lostAt = Math.min(now, member.lostAt + late);
      }
    }
    checked = true;
    checkedAt = now;
  }

  private long untilNextCheck(long now) {
    long until = checkInterval();
    for (Member member : in.values()) {
      if (!member.connected) {
        until = Math.min(until, member.lostAt + patience - now);
      }
    }
    return Math.max(until, 1_000_000);
  }

  private long checkInterval() {
    return timeout / 10;
  }

  private void trustIfWell(Member member) {
    if (member.state == MemberState.SUSPECTED && member.connected) {
      member.state = MemberState.LIVE;
      member.reason = "";
      events.add(new ExecutorTrusted(member.executor));
    }
  }

  private void suspect(Member member, String reason) {
    if (member.state == MemberState.LIVE) {
      member.state = MemberState.SUSPECTED;
      member.reason = reason;
      events.add(new ExecutorSuspected(member.executor, reason));
    }
  }

  private void bury(Member member, String reason) {
    in.remove(member.executor);
    member.state = MemberState.DEAD;
    member.reason = reason;
    dead.put(member.executor, member);
    if (dead.size() > DEAD_KEPT) {
      dead.pollFirstEntry();
    }
    events.add(new ExecutorDead(member.executor, reason));
  }

  /** What has happened since this was called last, in order. */
  public List<MembershipEvent> takeEvents() {
    List<MembershipEvent> taken = events;
    events = new ArrayList<>();
    return taken;
  }

  /** The numbers of all that are in, ascending. */
  public List<Integer> in() {
    return List.copyOf(in.keySet());
  }

  /** Whether an executor is in. */
  public boolean isIn(int executor) {
    return in.containsKey(executor);
  }

  /** All that are in, and the latest of the dead; by number. */
  public List<MemberView> all() {
    TreeMap<Integer, MemberView> all = new TreeMap<>();
    dead.forEach((executor, member) -> all.put(executor, member.view()));
    in.forEach((executor, member) -> all.put(executor, member.view()));
    return List.copyOf(all.values());
  }

  private static long millis(long nanos) {
    return nanos / 1_000_000;
  }
}
