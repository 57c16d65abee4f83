package dev.sluice.executor.cluster;

import dev.sluice.executor.common.Clock;
import dev.sluice.executor.common.Mailbox;
import dev.sluice.executor.common.Mailboxes;
import dev.sluice.executor.common.Timers;
import dev.sluice.executor.membership.MemberView;
import dev.sluice.executor.membership.Members;
import dev.sluice.executor.membership.MembershipEvent;
import dev.sluice.executor.membership.MembershipEvent.ExecutorDead;
import dev.sluice.executor.membership.MembershipEvent.ExecutorSuspected;
import dev.sluice.executor.membership.MembershipEvent.ExecutorTrusted;
import dev.sluice.executor.membership.MembershipSettings;
import dev.sluice.executor.net.HostPort;
import dev.sluice.executor.net.Link;
import dev.sluice.executor.net.NettyTransport;
import dev.sluice.executor.transport.Address;
import dev.sluice.executor.transport.control.Control;
import dev.sluice.executor.transport.control.Membership;
import dev.sluice.executor.transport.control.Reply.ExecutorStatus;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The coordinator's side of membership: feeds {@link Members} with what links and timers say, and
 * tells executors and the jobs what follows. Everything happens in the turn of its mailbox.
 *
 * <pre>
 *   candidate's link: Join ─▶ number ─▶ Joined          (it has one timeout to come back as such)
 *   executor's link:  opened ─▶ in the directory ─▶ jobs hear of it
 *                     Heartbeat … closed, silent, Leaving ─▶ Dead
 * </pre>
 */
final class MemberDesk implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MemberDesk.class);

  /** What the jobs are told, in the turn of this desk. */
  interface Listener {
    /** An executor is in, and has a link. */
    void joined(int executor);

    /** An executor has a new link: what was said over the old one may be lost. */
    void linkedAgain(int executor);

    /** An executor that had joined is dead. */
    void dead(int executor, String reason);
  }

  private final MembershipSettings settings;
  private final Members members;

  /** Tells links of executors that an earlier coordinator let in from those of this one's. */
  private final long life = new SecureRandom().nextLong();

  private final Clock clock;
  private final Timers timers;
  private final NettyTransport transport;
  private final Listener listener;
  private final Mailbox<Runnable> mailbox;
  private final Map<Integer, Attendant> attendants = new TreeMap<>();

  /** What is known of the dead that are remembered. */
  private final Map<Integer, Membership.Join> graves = new TreeMap<>();

  private long directoryVersion;
  private long heartbeatAt;
  private boolean closed;

  /** For any thread. */
  private volatile List<ExecutorStatus> status = List.of();

  private static final class Attendant {
    final Membership.Join facts;

    /** Null until it has connected under its number. */
    Link link;

    Attendant(Membership.Join facts) {
      this.facts = facts;
    }
  }

  MemberDesk(
      MembershipSettings settings,
      Clock clock,
      Timers timers,
      Mailboxes mailboxes,
      NettyTransport transport,
      Listener listener) {
    this.settings = settings;
    this.members = new Members(settings);
    this.clock = clock;
    this.timers = timers;
    this.transport = transport;
    this.listener = listener;
    this.mailbox = mailboxes.create("members", Runnable::run);
    mailbox.post(this::tick);
  }

  /** A candidate wants in; any thread. */
  void join(Link link, Membership.Join facts) {
    mailbox.post(
        () -> {
          int executor = members.join(clock.nanos());
          attendants.put(executor, new Attendant(facts));
          link.send(
              new Membership.Joined(
                  executor,
                  life,
                  settings.heartbeatInterval().toMillis(),
                  settings.heartbeatTimeout().toMillis(),
                  settings.reconnectPatience().toMillis()));
          settle();
        });
  }

  /** An executor has connected under its number; any thread. */
  void attend(int executor, long ofLife, Link link) {
    mailbox.post(
        () -> {
          if (ofLife != life || !members.connectionBack(executor, clock.nanos())) {
            bury(link, executor, "it was declared dead, or never was in this cluster");
            return;
          }
          Attendant attendant = attendants.get(executor);
          Link before = attendant.link;
          attendant.link = link;
          if (before == null) {
            LOG.info(
                "executor {} has joined from {}:{} with {} slots",
                executor,
                attendant.facts.host(),
                attendant.facts.port(),
                attendant.facts.slots());
            transport.place(
                new Address(executor),
                new HostPort(attendant.facts.host(), attendant.facts.port()));
            settle();
            tellDirectory();
            listener.joined(executor);
          } else {
            before.close();
            settle();
            link.send(directory());
            listener.linkedAgain(executor);
          }
        });
  }

  /** Something came over an executor's link; any thread. */
  void heard(int executor, Link link) {
    mailbox.post(
        () -> {
          if (isOf(executor, link)) {
            members.heard(executor, clock.nanos());
            settle();
          }
        });
  }

  /** Whether a link is the one of an executor that is in. */
  private boolean isOf(int executor, Link link) {
    Attendant attendant = attendants.get(executor);
    return attendant != null && attendant.link == link;
  }

  /** An executor's link has closed; any thread. */
  void lost(int executor, Link link) {
    mailbox.post(
        () -> {
          if (isOf(executor, link)) {
            members.connectionLost(executor, clock.nanos());
            settle();
          }
        });
  }

  /** An executor says that it goes away; any thread. */
  void gone(int executor, Link link, String reason) {
    mailbox.post(
        () -> {
          if (isOf(executor, link)) {
            members.gone(executor, reason);
            settle();
          }
        });
  }

  /** It is known that an executor is no more; any thread. */
  void gone(int executor, String reason) {
    mailbox.post(
        () -> {
          members.gone(executor, reason);
          settle();
        });
  }

  /** An executor cannot reach another, or the coordinator; any thread. */
  void complained(int executor, Link link, int about, String why) {
    mailbox.post(
        () -> {
          if (isOf(executor, link)) {
            members.complained(executor, about < 0 ? executor : about, why, clock.nanos());
            settle();
          }
        });
  }

  /** Does something in the turn of this desk; any thread. */
  void inTurn(Runnable action) {
    mailbox.post(action);
  }

  /** The executors that have connected and are not dead, ascending; only in its turn. */
  List<Integer> attending() {
    List<Integer> numbers = new ArrayList<>();
    attendants.forEach(
        (executor, attendant) -> {
          if (attendant.link != null) {
            numbers.add(executor);
          }
        });
    return numbers;
  }

  /** Sends something to an executor, if it has a link; only in its turn. */
  void tell(int executor, Control message) {
    Attendant attendant = attendants.get(executor);
    if (attendant != null && attendant.link != null) {
      attendant.link.send(message);
    }
  }

  /** All executors, and some of the dead; any thread. */
  List<ExecutorStatus> status() {
    return status;
  }

  private void tick() {
    if (closed) {
      return;
    }
    long now = clock.nanos();
    long again = members.check(now);
    if (now - heartbeatAt >= settings.heartbeatInterval().toNanos()) {
      heartbeatAt = now;
      attending().forEach(executor -> tell(executor, new Membership.Heartbeat()));
    }
    settle();
    timers.after(
        Math.min(again, settings.heartbeatInterval().toNanos()), () -> mailbox.post(this::tick));
  }

  private void settle() {
    List<MembershipEvent> events = members.takeEvents();
    for (MembershipEvent event : events) {
      if (event instanceof ExecutorDead dead) {
        died(dead);
      } else if (event instanceof ExecutorSuspected suspected) {
        LOG.warn("executor {} may be dying: {}", suspected.executor(), suspected.reason());
      } else if (event instanceof ExecutorTrusted) {
        LOG.info("executor {} is well again", event.executor());
      }
    }
    if (!events.isEmpty()) {
      publish();
    }
  }

  private void died(ExecutorDead dead) {
    int executor = dead.executor();
    Attendant attendant = attendants.get(executor);
    graves.put(executor, attendant.facts);
    attendants.remove(executor);
    LOG.warn("executor {} is dead: {}", executor, dead.reason());
    transport.remove(new Address(executor));
    if (attendant.link != null) {
      bury(attendant.link, executor, dead.reason());
      tellDirectory();
      listener.dead(executor, dead.reason());
    }
  }

  /** Says the last word to a dead executor. */
  private static void bury(Link link, int executor, String reason) {
    link.send(new Membership.Dead(executor, reason));
    link.close();
  }

  private void tellDirectory() {
    directoryVersion++;
    Membership.Directory directory = directory();
    attending().forEach(executor -> tell(executor, directory));
  }

  private Membership.Directory directory() {
    List<Membership.Member> list = new ArrayList<>();
    for (int executor : attending()) {
      Membership.Join facts = attendants.get(executor).facts;
      list.add(new Membership.Member(executor, facts.host(), facts.port()));
    }
    return new Membership.Directory(directoryVersion, list);
  }

  private void publish() {
    List<ExecutorStatus> all = new ArrayList<>();
    for (MemberView view : members.all()) {
      Attendant attendant = attendants.get(view.executor());
      Membership.Join facts = attendant == null ? graves.get(view.executor()) : attendant.facts;
      all.add(
          new ExecutorStatus(
              view.executor(),
              facts.host(),
              facts.port(),
              facts.slots(),
              facts.memory(),
              view.state().name().toLowerCase(Locale.ROOT),
              view.reason()));
    }
    graves.keySet().retainAll(members.all().stream().map(MemberView::executor).toList());
    status = List.copyOf(all);
  }

  @Override
  public void close() {
    mailbox.post(() -> closed = true);
  }
}
