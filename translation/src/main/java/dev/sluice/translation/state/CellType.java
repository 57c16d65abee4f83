package dev.sluice.translation.state;

import org.apache.beam.sdk.state.StateContext;
import org.apache.beam.sdk.state.StateSpec;

/**
 * What the cells of one tag have in common.
 *
 * @param kind what it holds
 * @param tagId the tag
 * @param table the table of its rows
 * @param spec the spec it was bound by, to be compared by identity; null in a restored cell
 */
record CellType(CellKind kind, String tagId, String table, StateSpec<?> spec) {
  /** Makes an empty cell. */
  @FunctionalInterface
  interface Maker {
    Cell make(CellType type, NamespaceCells home, StateContext<?> context);
  }

  static CellType of(CellKind kind, String tagId, StateSpec<?> spec) {
    return new CellType(kind, tagId, kind.table(tagId), spec);
  }
}
