package dev.sluice.translation.state;

/** Something that is a row of a snapshot as long as it exists. See {@link ChangedRows}. */
abstract class TrackedRow {
  /** Place in the list of changed rows; -1 if unchanged since the last snapshot. */
  int changedAt = -1;

  /** Whether a committed snapshot, or the one under way, may hold a row of this address. */
  boolean persisted;

  /** Whether the snapshot whose outcome is not known yet has written this row or its tombstone. */
  boolean inFlight;

  /** Whether there is anything to save; if not, its row is to be deleted. */
  abstract boolean exists();

  /** Whether a snapshot, past or to come, still needs this object. */
  final boolean isTracked() {
    return changedAt >= 0 || inFlight;
  }
}
