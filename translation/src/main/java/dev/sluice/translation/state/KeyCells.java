package dev.sluice.translation.state;

import dev.sluice.translation.operator.Key;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.runners.core.StateInternals;
import org.apache.beam.runners.core.StateNamespace;
import org.apache.beam.runners.core.StateTag;
import org.apache.beam.sdk.state.State;
import org.apache.beam.sdk.state.StateContext;

/**
 * All state of one key. Most keys have one or two namespaces, which are searched one by one; a key
 * with many has a hash table.
 */
public final class KeyCells extends KeyTable.Entry implements StateInternals {
  private static final int FEW = 8;

  final StepState step;

  /** Whether {@link #step} knows this object. */
  boolean attached;

  /** Count of additions to the table when this key was not in it. */
  long madeAt = -1;

  private KeyTimers timers;
  private Object decodedKey;

  /** The only namespace, if {@link #few} and {@link #many} are null. */
  private NamespaceCells only;

  private List<NamespaceCells> few;
  private Map<NamespaceId, NamespaceCells> many;
  private NamespaceCells last;

  /** How many cells of this key hold something. */
  private int living;

  KeyCells(StepState step, Key key) {
    super(key);
    this.step = step;
  }

  /** The encoded key. */
  public Key key() {
    return key;
  }

  KeyCells withDecodedKey(Object newest) {
    decodedKey = newest;
    return this;
  }

  @Override
  public Object getKey() {
    return decodedKey;
  }

  @Override
  @SuppressWarnings("unchecked") // the tag's spec made the cell
  public <T extends State> T state(
      StateNamespace namespace, StateTag<T> address, StateContext<?> context) {
    KeyCells current = attached ? this : step.attach(this);
    return (T) current.namespace(namespace).cell(address, context);
  }

  /**
   * Marks a namespace, for whoever has something to do once for each; returns whether it was marked
   * already. Marks are not saved, and go when the namespace is forgotten, since it was empty.
   */
  public boolean mark(StateNamespace namespace) {
    KeyCells current = attached ? this : step.attach(this);
    NamespaceCells cells = current.namespace(namespace);
    boolean marked = cells.marked;
    cells.marked = true;
    return marked;
  }

  /** What {@link #keepTimers} was given last, or null. */
  public KeyTimers timers() {
    return timers;
  }

  /** Keeps the timers of the same key where they are found without another search. */
  public void keepTimers(KeyTimers ofKey) {
    timers = ofKey;
  }

  private NamespaceCells namespace(StateNamespace namespace) {
    RowCodec codec = step.codec();
    if (last != null && codec.names(last.id, namespace)) {
      return last;
    }
    last = find(namespace);
    if (last == null) {
      last = new NamespaceCells(this, codec.idOf(namespace));
      put(last);
      step.mayBeDropped(last);
    }
    return last;
  }

  private NamespaceCells find(StateNamespace namespace) {
    RowCodec codec = step.codec();
    if (many != null) {
      return many.get(codec.idOf(namespace));
    }
    if (few == null) {
      return only != null && codec.names(only.id, namespace) ? only : null;
    }
    for (int i = 0; i < few.size(); i++) {
      if (codec.names(few.get(i).id, namespace)) {
        return few.get(i);
      }
    }
    return null;
  }

  /** The cells of a namespace of a restored row. */
  NamespaceCells restore(NamespaceId id) {
    NamespaceCells present = find(id.source);
    if (present == null) {
      present = new NamespaceCells(this, id);
      put(present);
    }
    return present;
  }

  private void put(NamespaceCells cells) {
    cells.attached = true;
    if (many == null && few == null) {
      if (only == null) {
        only = cells;
        return;
      }
      few = new ArrayList<>(2);
      few.add(only);
      only = null;
    }
    if (many == null && few.size() == FEW) {
      many = new LinkedHashMap<>();
      few.forEach(each -> many.put(each.id, each));
      few = null;
    }
    if (many == null) {
      few.add(cells);
    } else {
      many.put(cells.id, cells);
    }
  }

  /**
   * Something was put into a namespace that had been dropped: somebody kept an old state object.
   */
  void reattach(NamespaceCells cells) {
    if (!attached) {
      step.attach(this);
    }
    if (!attached || find(cells.id.source) != null) {
      throw new IllegalStateException(
          "a state object of namespace "
              + cells.id
              + " was kept after its state had been cleared and written to later; ask for the"
              + " state anew instead");
    }
    put(cells);
  }

  /** Forgets a namespace; returns whether nothing is left. */
  boolean drop(NamespaceCells cells) {
    cells.attached = false;
    if (cells == last) {
      last = null;
    }
    if (many == null && few == null) {
      only = null;
      return true;
    }
    if (many == null) {
      few.remove(cells);
      return few.isEmpty();
    }
    many.remove(cells.id);
    return many.isEmpty();
  }

  void counted(boolean something) {
    if (something && living++ == 0) {
      step.keyCounted(1);
    } else if (!something && --living == 0) {
      step.keyCounted(-1);
    }
  }

  Collection<NamespaceCells> namespaces() {
    if (many != null) {
      return many.values();
    }
    if (few != null) {
      return few;
    }
    return only == null ? List.of() : List.of(only);
  }
}
