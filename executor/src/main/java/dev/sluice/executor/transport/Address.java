package dev.sluice.executor.transport;

import java.io.Serializable;

/**
 * Where messages go.
 *
 * @param executor number of the executor, or -1 for the coordinator
 */
public record Address(int executor) implements Serializable {
  /** The coordinator. */
  public static final Address COORDINATOR = new Address(-1);

  /** Checks. */
  public Address {
    if (executor < -1) {
      throw new IllegalArgumentException("no such executor: " + executor);
    }
  }

  @Override
  public String toString() {
    return executor < 0 ? "coordinator" : "executor " + executor;
  }
}
