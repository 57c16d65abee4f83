package dev.sluice.executor.membership;

/**
 * What the coordinator thinks of an executor.
 *
 * <pre>
 *   (joins) ──▶ LIVE ◀──▶ SUSPECTED ──▶ DEAD
 *                 └─────────────────────▲
 * </pre>
 */
public enum MemberState {
  /** Heard of within half of the timeout, and connected. */
  LIVE,
  /** Silent for longer, or its connection is closed; it still counts as in. */
  SUSPECTED,
  /** Out for good: its number never comes back. */
  DEAD;

  /** Whether it has not been declared dead. */
  public boolean isIn() {
    return this != DEAD;
  }
}
