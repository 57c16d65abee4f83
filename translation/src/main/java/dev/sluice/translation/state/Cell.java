package dev.sluice.translation.state;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.state.StateContext;

/**
 * One state: what a tag is in one namespace of one key. Subclasses are Beam's state objects at the
 * same time, call {@link #changed} after every change, and {@link #handedOut} before they give away
 * anything that its receiver could change.
 */
abstract class Cell extends TrackedRow {
  final CellType type;
  final NamespaceCells home;

  /** Whether the cell counts as existing in the tables above it. */
  private boolean counted;

  Cell(CellType type, NamespaceCells home) {
    this.type = type;
    this.home = home;
  }

  /** Whether there is nothing in it. */
  abstract boolean hasNothing();

  /** Empties it, as Beam's states do. */
  public abstract void clear();

  /** Writes what is in it; not called while there is nothing. */
  abstract void encode(OutputStream out) throws IOException;

  /** Reads what {@link #encode} wrote, into an empty cell. */
  abstract void decode(InputStream in) throws IOException;

  /** The cell is asked for in this context; only combine functions with context care. */
  void inContext(StateContext<?> context) {}

  @Override
  final boolean exists() {
    return counted;
  }

  /** The contents have changed. */
  final void changed() {
    countIn();
    home.owner.step.changes().changed(this);
  }

  /** The contents have come from a snapshot. */
  final void restored() {
    persisted = true;
    countIn();
  }

  private void countIn() {
    boolean something = !hasNothing();
    if (something != counted) {
      counted = something;
      home.counted(something);
    }
  }

  /** Somebody gets hold of a mutable part of the contents, and may change it behind our back. */
  final void handedOut() {
    if (counted) {
      home.owner.step.changes().changed(this);
    }
  }
}
