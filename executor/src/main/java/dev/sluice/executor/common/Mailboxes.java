package dev.sluice.executor.common;

import java.util.function.Consumer;

/**
 * Makes {@link Mailbox}es, injected: which thread handles their events is decided here (DESIGN C9).
 */
public interface Mailboxes {
  /**
   * Makes a mailbox.
   *
   * @param owner whose mailbox it is, for people
   * @param handler is given the events one at a time; what it throws is logged as an error of the
   *     engine
   */
  <E> Mailbox<E> create(String owner, Consumer<E> handler);
}
