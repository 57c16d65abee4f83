package dev.sluice.translation.state;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.runners.core.StateTag;
import org.apache.beam.sdk.state.State;
import org.apache.beam.sdk.state.StateContext;

/** The cells of one namespace of one key: a handful, one for each tag. */
final class NamespaceCells {
  final KeyCells owner;
  final NamespaceId id;

  /** Whether {@link #owner} knows this object. */
  boolean attached = true;

  /** Whether the step will look whether this can be dropped. */
  boolean queued;

  /** See {@link StepState#mark}. */
  boolean marked;

  /** The first cell and those after it: most namespaces have one, which is found at once. */
  private Cell first;

  private List<Cell> more;

  /** How many of the cells hold something. */
  private int living;

  NamespaceCells(KeyCells owner, NamespaceId id) {
    this.owner = owner;
    this.id = id;
  }

  /** The cell of a tag, made or woken if need be. */
  Cell cell(StateTag<?> tag, StateContext<?> context) {
    String tagId = tag.getId();
    if (first != null && first.type.tagId().equals(tagId)) {
      Cell ready = ready(first, tag, context);
      if (ready != first) { // a reference in an old object is written only where it must be
        first = ready;
      }
      return ready;
    }
    for (int i = 0; more != null && i < more.size(); i++) {
      Cell cell = more.get(i);
      if (cell.type.tagId().equals(tagId)) {
        Cell ready = ready(cell, tag, context);
        more.set(i, ready);
        return ready;
      }
    }
    Cell made = make(tag, context);
    add(made);
    return made;
  }

  private Cell ready(Cell cell, StateTag<?> tag, StateContext<?> context) {
    if (cell instanceof DormantCell dormant) {
      return wake(dormant, tag, context);
    }
    cell.inContext(context);
    return cell;
  }

  private void add(Cell cell) {
    if (first == null) {
      first = cell;
    } else {
      more = more == null ? new ArrayList<>(2) : more;
      more.add(cell);
    }
  }

  @SuppressWarnings("deprecation") // Beam's own runners bind tags this way
  private Cell make(StateTag<?> tag, StateContext<?> context) {
    Cell known = owner.step.makeKnown(tag, this, context);
    if (known != null) {
      return known;
    }
    State bound = tag.bind(new CellBinder(owner.step, this, tag.getSpec(), context));
    return (Cell) bound;
  }

  private Cell wake(DormantCell dormant, StateTag<?> tag, StateContext<?> context) {
    Cell woken = make(tag, context);
    if (woken.type.kind() != dormant.type.kind()) {
      throw new IllegalStateException(
          "state '%s' was saved as %s and is declared as %s now: give the new state another id"
              .formatted(tag.getId(), dormant.type.kind(), woken.type.kind()));
    }
    ByteArrayInputStream in = new ByteArrayInputStream(dormant.row());
    try {
      dormant.wake(woken, in);
      if (in.available() > 0) {
        throw new IOException(in.available() + " bytes are left over");
      }
    } catch (IOException | RuntimeException e) {
      throw new IllegalStateException(
          "saved state '%s' cannot be read by the coder it has now".formatted(tag.getId()), e);
    }
    living--;
    owner.counted(false);
    woken.restored();
    return woken;
  }

  /** Puts a restored row in place. */
  void restore(CellType type, byte[] row) throws IOException {
    DormantCell dormant = new DormantCell(type, this, row);
    add(dormant);
    dormant.restored();
  }

  /** A cell came to hold something, or nothing. */
  void counted(boolean something) {
    living += something ? 1 : -1;
    if (something && !attached) {
      owner.reattach(this);
    }
    owner.counted(something);
    if (living == 0) {
      owner.step.mayBeDropped(this);
    }
  }

  /** Whether nothing is in it and no snapshot needs it. */
  boolean isDroppable() {
    if (living > 0) {
      return false;
    }
    if (first != null && first.isTracked()) {
      return false;
    }
    for (int i = 0; more != null && i < more.size(); i++) {
      if (more.get(i).isTracked()) {
        return false;
      }
    }
    return true;
  }

  /** All cells; a view of the moment. */
  List<Cell> cells() {
    List<Cell> all = new ArrayList<>();
    if (first != null) {
      all.add(first);
    }
    if (more != null) {
      all.addAll(more);
    }
    return all;
  }
}
