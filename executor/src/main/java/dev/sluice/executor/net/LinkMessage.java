package dev.sluice.executor.net;

/**
 * What may travel over a {@link Link}: requests of clients, membership, staging. Implemented by
 * records (sealed interfaces of them, one per protocol) that are in the {@link MessageTypes} of
 * both ends. Immutable.
 */
public interface LinkMessage {
  /** Whose class loader reads objects of user classes in it; empty for that of the process. */
  default String jobId() {
    return "";
  }
}
