package dev.sluice.translation.state;

import java.util.Locale;

/** The kinds of state cells; their names are part of the format of snapshots. */
enum CellKind {
  VALUE,
  BAG,
  SET,
  MAP,
  MULTIMAP,
  ORDERED_LIST,
  COMBINING,
  HOLD;

  /** What the tables of version 1 of the format begin with. */
  static final String TABLES = "state-1/";

  private final String prefix = TABLES + name().toLowerCase(Locale.ROOT) + "/";

  /** The table of a state with this id. */
  String table(String tagId) {
    return prefix + tagId;
  }

  /** The kind of a table, null if it is none of state. */
  static CellKind ofTable(String table) {
    for (CellKind kind : values()) {
      if (table.startsWith(kind.prefix)) {
        return kind;
      }
    }
    return null;
  }

  /** The id that {@link #table} was given. */
  String tagIdOf(String table) {
    return table.substring(prefix.length());
  }
}
