package dev.sluice.executor.opener;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.executor.common.Clock;
import dev.sluice.executor.common.Mailboxes;
import dev.sluice.executor.common.Timers;
import dev.sluice.executor.transport.ToOpener;
import dev.sluice.executor.transport.ToOpener.InEpoch;
import dev.sluice.executor.transport.Transport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The openers that live in one executor, one per job and epoch. May be used by any thread. */
public final class Openers {
  private final Clock clock;
  private final Timers timers;
  private final Transport transport;
  private final Mailboxes mailboxes;

  @GuardedBy("this")
  private final Map<String, Opener> openers = new HashMap<>();

  /** Messages of an epoch whose opener has not begun here, by job. */
  @GuardedBy("this")
  private final Map<String, List<InEpoch>> early = new HashMap<>();

  /** None yet. */
  public Openers(Clock clock, Timers timers, Transport transport, Mailboxes mailboxes) {
    this.clock = clock;
    this.timers = timers;
    this.transport = transport;
    this.mailboxes = mailboxes;
  }

  /**
   * Gives a message to the opener that it is for. What comes from a member of an epoch before the
   * opener of that epoch has begun here waits for it; what is for a job that has ended is dropped.
   */
  public void receive(ToOpener message) {
    Opener opener = openerOf(message);
    if (opener != null) {
      opener.receive(message);
    }
  }

  private synchronized Opener openerOf(ToOpener message) {
    String jobId = message.jobId();
    if (message instanceof ToOpener.BeginOpening begin) {
      return begin(begin);
    }
    if (message instanceof ToOpener.EndOpening) {
      early.remove(jobId);
      return openers.remove(jobId);
    }
    Opener opener = openers.get(jobId);
    if (message instanceof InEpoch inEpoch
        && (opener == null || opener.epoch() < inEpoch.epoch())) {
      early.computeIfAbsent(jobId, id -> new ArrayList<>()).add(inEpoch);
      return null;
    }
    return opener;
  }

  private synchronized Opener begin(ToOpener.BeginOpening begin) {
    Opener before = openers.get(begin.jobId());
    if (before != null) {
      before.receive(new ToOpener.EndOpening(begin.jobId())); // its epoch has ended
    }
    Opener opener = new Opener(begin, clock, timers, transport, mailboxes);
    openers.put(begin.jobId(), opener);
    opener.receive(begin);
    List<InEpoch> waiting = early.remove(begin.jobId());
    if (waiting != null) {
      waiting.forEach(opener::receive);
    }
    return null;
  }

  /** How many jobs have their opener here. */
  public synchronized int size() {
    return openers.size();
  }
}
