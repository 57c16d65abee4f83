package dev.sluice.executor.opener;

import dev.sluice.executor.common.Clock;
import dev.sluice.executor.common.Mailboxes;
import dev.sluice.executor.common.Timers;
import dev.sluice.executor.transport.ToOpener;
import dev.sluice.executor.transport.Transport;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The openers that live in one executor, one per job. May be used by any thread. */
public final class Openers {
  private final Clock clock;
  private final Timers timers;
  private final Transport transport;
  private final Mailboxes mailboxes;
  private final Map<String, Opener> openers = new ConcurrentHashMap<>();

  /** None yet. */
  public Openers(Clock clock, Timers timers, Transport transport, Mailboxes mailboxes) {
    this.clock = clock;
    this.timers = timers;
    this.transport = transport;
    this.mailboxes = mailboxes;
  }

  /**
   * Gives a message to the opener that it is for; a late one for a job that has ended is dropped.
   */
  public void receive(ToOpener message) {
    Opener opener;
    if (message instanceof ToOpener.BeginOpening begin) {
      opener = new Opener(begin.plan(), clock, timers, transport, mailboxes);
      if (openers.putIfAbsent(message.jobId(), opener) != null) {
        throw new IllegalStateException("job " + message.jobId() + " has an opener already");
      }
    } else if (message instanceof ToOpener.EndOpening) {
      opener = openers.remove(message.jobId());
    } else {
      opener = openers.get(message.jobId());
    }
    if (opener != null) {
      opener.receive(message);
    }
  }

  /** How many jobs have their opener here. */
  public int size() {
    return openers.size();
  }
}
