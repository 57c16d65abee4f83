package dev.sluice.executor.task;

/**
 * The life of an attempt of a task (DESIGN C7).
 *
 * <pre>
 *   RUNNING ──▶ SEALED ──▶ COPIED ──▶ RELEASED
 *      │           └──────────────────────▲     single copy
 *      └──▶ DISCARDED
 * </pre>
 */
enum AttemptState {
  /** The processor computes. */
  RUNNING,
  /** All its blocks are made; nobody else's state depends on them yet. */
  SEALED,
  /** Enough executors hold every block. */
  COPIED,
  /** Consumers may take the blocks. A released attempt is the only one ever. */
  RELEASED,
  /** Its blocks are thrown away. */
  DISCARDED;

  /** Whether the next state may be {@code next}. */
  boolean mayBecome(AttemptState next) {
    return switch (this) {
      case RUNNING -> next == SEALED || next == DISCARDED;
      case SEALED -> next == COPIED || next == RELEASED || next == DISCARDED;
      case COPIED -> next == RELEASED || next == DISCARDED;
      case RELEASED, DISCARDED -> false;
    };
  }

  /** Goes on to {@code next}. */
  AttemptState become(AttemptState next) {
    if (!mayBecome(next)) {
      throw new IllegalStateException("an attempt goes from " + this + " to " + next);
    }
    return next;
  }
}
