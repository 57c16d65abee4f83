package dev.sluice.executor.task;

import dev.sluice.executor.transport.Address;
import dev.sluice.executor.transport.JobPlan;
import dev.sluice.executor.transport.ToCoordinator;
import dev.sluice.executor.transport.ToExecutor;
import dev.sluice.executor.transport.ToOpener;
import dev.sluice.executor.transport.Transport;

/**
 * Speaks for a job in one executor, in its epoch. Between a fence and the next epoch it says
 * nothing to other executors and the opener: what matters of it is said again then. Owned by the
 * executor.
 */
final class JobVoice {
  private final Transport transport;
  private final Address self;
  private Address opener;
  private long epoch;
  private boolean fenced;

  JobVoice(Transport transport, int executor, JobPlan plan) {
    this.transport = transport;
    this.self = new Address(executor);
    begin(plan);
  }

  /** An epoch begins. */
  final void begin(JobPlan plan) {
    opener = new Address(plan.opener());
    epoch = plan.assignment().epoch();
    fenced = false;
  }

  /** An epoch has ended. */
  void fence() {
    fenced = true;
  }

  void tell(ToCoordinator message) {
    transport.send(self, Address.COORDINATOR, message);
  }

  void tell(ToOpener message) {
    if (!fenced) {
      transport.send(self, opener, new ToOpener.InEpoch(epoch, message));
    }
  }

  /** Tells another executor; the blocks of a message that is not sent are the caller's. */
  void tell(int executor, ToExecutor message) {
    if (!fenced) {
      transport.send(
          self, new Address(executor), new ToExecutor.InEpoch(epoch, self.executor(), message));
    }
  }
}
