package dev.sluice.translation.state;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Which rows differ from the last committed snapshot. Rows that came and went in between leave
 * nothing behind, so that without snapshots this never holds more than the rows that exist.
 *
 * <pre>
 *             changed                take                 committed
 *   unchanged ───────▶ changed list ───────▶ in flight ─────────────▶ unchanged
 *                           ▲                    │ aborted
 *                           └────────────────────┘
 * </pre>
 */
final class ChangedRows<R extends TrackedRow> {
  private final ArrayList<R> changed = new ArrayList<>();
  private final ArrayList<R> inFlight = new ArrayList<>();
  private final boolean tracked;

  /**
   * Nothing has changed.
   *
   * @param tracked whether there may be snapshots; if not, nothing is remembered
   */
  ChangedRows(boolean tracked) {
    this.tracked = tracked;
  }

  /** How many rows are remembered. */
  int size() {
    return changed.size() + inFlight.size();
  }

  /** A row was made, changed or removed. */
  void changed(R row) {
    if (!tracked) {
      return;
    }
    if (row.exists() || row.persisted) {
      if (row.changedAt < 0) {
        row.changedAt = changed.size();
        changed.add(row);
      }
    } else if (row.changedAt >= 0) {
      R last = changed.remove(changed.size() - 1);
      if (last != row) {
        last.changedAt = row.changedAt;
        changed.set(row.changedAt, last);
      }
      row.changedAt = -1;
    }
  }

  /**
   * Begins a snapshot: what changed since the last committed one. If nobody said what became of an
   * earlier snapshot, its rows are among them.
   */
  List<R> take() {
    committed(false, row -> {});
    for (R row : changed) {
      row.changedAt = -1;
      row.inFlight = true;
      row.persisted = true;
    }
    inFlight.addAll(changed);
    changed.clear();
    return inFlight;
  }

  /**
   * Ends a snapshot.
   *
   * @param forgotten takes each removed row that no snapshot needs any more
   */
  void committed(boolean durable, Consumer<R> forgotten) {
    for (R row : inFlight) {
      row.inFlight = false;
      if (!durable) {
        changed(row);
      } else if (!row.exists() && row.changedAt < 0) {
        row.persisted = false;
        forgotten.accept(row);
      }
    }
    inFlight.clear();
  }
}
