package dev.sluice.executor.cluster;

import dev.sluice.executor.common.Clock;
import dev.sluice.executor.common.Timers;
import dev.sluice.executor.net.HostPort;
import dev.sluice.executor.net.Link;
import dev.sluice.executor.net.LinkHandler;
import dev.sluice.executor.net.NetNode;
import dev.sluice.executor.transport.control.Control;
import dev.sluice.executor.transport.control.Membership;
import dev.sluice.executor.transport.control.Reply;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An executor's line to its coordinator: a link that is opened again whenever it closes or falls
 * silent, for as long as the coordinator does not say that the executor is dead. May be used by any
 * thread.
 */
final class CoordinatorLine implements LinkHandler {
  private static final Logger LOG = LoggerFactory.getLogger(CoordinatorLine.class);

  /**
   * An executor is slower to think that the coordinator is gone than the other way round: a new
   * link helps only if the old one is broken, and nobody else takes the coordinator's place
   * meanwhile.
   */
  private static final long MIN_SILENCE_MILLIS = 3_000;

  private static final long RETRY_NANOS = 50_000_000;
  private static final long MAX_RETRY_NANOS = 1_000_000_000;

  private final NetNode net;
  private final HostPort coordinator;
  private final Clock clock;
  private final Timers timers;
  private final Consumer<Control> receiver;
  private final long life;
  private final long timeoutNanos;
  private final long heartbeatNanos;

  private volatile Link link;
  private volatile Calls calls;
  private volatile long heardAt;
  private volatile boolean closed;
  private long retryNanos = RETRY_NANOS;
  private long beatAt;

  CoordinatorLine(
      NetNode net,
      HostPort coordinator,
      Clock clock,
      Timers timers,
      Membership.Joined terms,
      Consumer<Control> receiver) {
    this.net = net;
    this.coordinator = coordinator;
    this.clock = clock;
    this.timers = timers;
    this.receiver = receiver;
    this.life = terms.life();
    this.timeoutNanos = Math.max(3 * terms.timeoutMillis(), MIN_SILENCE_MILLIS) * 1_000_000;
    this.heartbeatNanos = terms.heartbeatMillis() * 1_000_000;
  }

  /** Opens it; what comes meanwhile goes to the receiver. */
  void open() {
    heardAt = clock.nanos();
    beatAt = heardAt;
    connect();
    beat();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the end of the chain throws nothing
  private void connect() {
    if (!closed) {
      net.connect(coordinator, this).whenComplete(this::connected);
    }
  }

  private void connected(Link opened, Throwable failure) {
    if (failure != null) {
      LOG.debug("the coordinator at {} cannot be reached", coordinator, failure);
      timers.after(retryNanos, this::connect);
      retryNanos = Math.min(MAX_RETRY_NANOS, retryNanos * 2);
      return;
    }
    retryNanos = RETRY_NANOS;
    heardAt = clock.nanos();
    opened.send(new Membership.Attend(life));
    synchronized (this) {
      calls = new Calls(opened);
      link = opened;
    }
    if (closed) {
      opened.close();
    } else if (!opened.isOpen()) {
      closed(opened, "it closed at once");
    }
  }

  private void beat() {
    if (closed) {
      return;
    }
    long now = clock.nanos();
    heardAt = now - beatAt > 2 * heartbeatNanos ? now : heardAt; // this process itself was held up
    beatAt = now;
    Link current = link;
    if (current != null) {
      current.send(new Membership.Heartbeat());
      if (now - heardAt > timeoutNanos) {
        LOG.warn("nothing was heard of the coordinator for a while; connecting anew");
        heardAt = now;
        current.close();
      }
    }
    timers.after(heartbeatNanos, this::beat);
  }

  /** Sends a message if there is a link; returns whether there is. */
  boolean send(Control message) {
    Link current = link;
    if (current == null) {
      return false;
    }
    current.send(message);
    return true;
  }

  /** For requests to the coordinator; null while there is no link. */
  Calls calls() {
    return calls;
  }

  @Override
  public void message(Link from, Control message) {
    heardAt = clock.nanos();
    if (message instanceof Reply reply) {
      Calls current = calls;
      if (current != null) {
        current.replied(reply);
      }
    } else {
      closed |= message instanceof Membership.Dead; // it is not asked again
      receiver.accept(message);
    }
  }

  @Override
  public void closed(Link which, String why) {
    Calls before;
    synchronized (this) {
      if (link != which) {
        return; // it has not become the line's link yet, or was seen to be closed already
      }
      link = null;
      before = calls;
      calls = null;
    }
    before.closed(why);
    if (!closed) {
      LOG.warn("the connection to the coordinator was closed: {}; connecting anew", why);
      connect();
    }
  }

  /** Says good-bye, or nothing if {@code farewell} is null, and closes it. */
  void close(Control farewell) {
    closed = true;
    Link current = link;
    if (current != null) {
      if (farewell != null) {
        current.send(farewell);
      }
      current.close();
    }
  }
}
