package dev.sluice.executor.common;

/**
 * The only door to a state machine that one thread at a time owns: what is posted is handled one by
 * one, in the order of posting, with happens-before in between. May be used by any thread, and from
 * within the handler.
 *
 * @param <E> what can be posted
 */
public interface Mailbox<E> {
  /**
   * Posts an event; returns at once or after it (and perhaps others) has been handled. Never
   * throws.
   */
  void post(E event);
}
