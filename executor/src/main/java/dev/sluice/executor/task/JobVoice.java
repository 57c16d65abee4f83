package dev.sluice.executor.task;

import dev.sluice.executor.transport.Address;
import dev.sluice.executor.transport.JobPlan;
import dev.sluice.executor.transport.ToCoordinator;
import dev.sluice.executor.transport.ToExecutor;
import dev.sluice.executor.transport.ToOpener;
import dev.sluice.executor.transport.Transport;

/** Speaks for a job in one executor. */
final class JobVoice {
  private final Transport transport;
  private final Address self;
  private final Address opener;

  JobVoice(Transport transport, int executor, JobPlan plan) {
    this.transport = transport;
    this.self = new Address(executor);
    this.opener = new Address(plan.opener());
  }

  void tell(ToCoordinator message) {
    transport.send(self, Address.COORDINATOR, message);
  }

  void tell(ToOpener message) {
    transport.send(self, opener, message);
  }

  void tell(int executor, ToExecutor message) {
    transport.send(self, new Address(executor), message);
  }
}
