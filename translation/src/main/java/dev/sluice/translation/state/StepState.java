package dev.sluice.translation.state;

import dev.sluice.executor.api.Inventory;
import dev.sluice.executor.api.KeyGroups;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.translation.operator.Key;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.runners.core.StateInternals;
import org.apache.beam.runners.core.StateTag;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.state.StateContext;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;

/**
 * All keyed state of one step in one partition, on the heap: cells addressed by key, namespace and
 * tag id. Used by the partition's thread only.
 *
 * <p>Semantics are those of Beam's {@code StateInternals}: tags are the same if their ids are; the
 * first binding of a cell wins; keys of maps and elements of sets are compared by structural value;
 * what reads return does not change with later writes. State stays decoded, so a read gives the
 * object that was written. A user who changes it without writing it back, against Beam's contract,
 * changes the state; that is never lost halfway, because a cell of mutable type counts as changed
 * when it was read, and is saved again.
 *
 * <p>What holds nothing is forgotten when another key is asked for, or by {@link #sweep}: nothing
 * grows with keys or windows of the past. State objects are meant to be used until then; a {@code
 * StateInternals} may be kept for any time.
 *
 * <p>In a snapshot each cell is a row of the table of its kind and tag id; cleared cells become
 * tombstones. Restored rows are decoded when their tag is first asked for, but watermark holds hold
 * at once.
 */
public final class StepState {
  private record KnownType(CellType type, CellType.Maker maker) {}

  private static final int MANY = 256;

  private final RowCodec codec;
  private final int maxParallelism;
  private final KeyTable<KeyCells> keys = new KeyTable<>();
  private final Map<String, KnownType> types = new HashMap<>();
  private final ChangedRows<Cell> changes;
  private final WatermarkHolds holds = new WatermarkHolds();

  /** Namespaces that may have nothing in them any more. */
  private final List<NamespaceCells> candidates = new ArrayList<>();

  /** How often a key was added to the table, so that what was just missing need not be searched. */
  private long additions;

  private KnownType lastKnown;
  private KeyCells current;
  private int livingKeys;

  /**
   * Makes the empty state of a step.
   *
   * @param windowCoder the coder of the windows in its namespaces
   * @param maxParallelism the number of key groups
   */
  public StepState(Coder<? extends BoundedWindow> windowCoder, int maxParallelism) {
    this(windowCoder, maxParallelism, true);
  }

  /**
   * The same, but where it is known that there are never snapshots it need not be remembered what
   * has changed.
   */
  public StepState(
      Coder<? extends BoundedWindow> windowCoder, int maxParallelism, boolean takesSnapshots) {
    this.changes = new ChangedRows<>(takesSnapshots);
    this.codec = new RowCodec(windowCoder);
    this.maxParallelism = maxParallelism;
  }

  /**
   * The state of a key. Cheap, above all for the key that was asked for last.
   *
   * @param key the encoded key
   * @param decodedKey what {@code getKey()} returns
   */
  public StateInternals of(Key key, Object decodedKey) {
    if (current == null || !current.attached || !current.key.equals(key)) {
      sweep();
      KeyCells known = keys.find(key);
      if (known != null) {
        current = known;
      } else if (current == null || !current.key.equals(key)) {
        current = new KeyCells(this, key);
      }
    }
    return current.withDecodedKey(decodedKey);
  }

  /**
   * The state of a key, for whoever keeps it while the key is processed and will not ask it for its
   * decoded key, or the next key is asked for.
   */
  public KeyCells cells(Key key) {
    if (candidates.size() >= MANY) {
      sweep();
    }
    KeyCells known = keys.find(key);
    if (known == null) {
      known = new KeyCells(this, key);
      known.madeAt = additions;
    }
    return known;
  }

  /** Forgets everything that holds nothing. */
  public void sweep() {
    for (int i = 0; i < candidates.size(); i++) {
      NamespaceCells cells = candidates.get(i);
      cells.queued = false;
      if (cells.attached && cells.isDroppable() && cells.owner.drop(cells)) {
        cells.owner.attached = false;
        keys.remove(cells.owner);
      }
    }
    candidates.clear();
  }

  /** Clears everything: no key and no window can come any more. */
  public void clear() {
    for (KeyCells key : keys) {
      for (NamespaceCells namespace : key.namespaces()) {
        namespace.cells().forEach(Cell::clear);
      }
    }
    sweep();
  }

  /** The least watermark hold of all keys; Beam's {@code TIMESTAMP_MAX_VALUE} if there is none. */
  public long minHold() {
    return holds.min();
  }

  /** Whether no key has any state. */
  public boolean isEmpty() {
    return livingKeys == 0;
  }

  /** How many keys have state. */
  public int keyCount() {
    return livingKeys;
  }

  /**
   * Writes the rows that differ from the last committed snapshot, or all.
   *
   * @throws IOException if a coder cannot encode what is in the state
   */
  public void snapshot(SnapshotWriter rows, boolean full) throws IOException {
    sweep();
    if (full) {
      for (KeyCells key : keys) {
        for (NamespaceCells namespace : key.namespaces()) {
          for (Cell cell : namespace.cells()) {
            if (cell.exists()) {
              put(rows, cell);
            }
          }
        }
      }
      changes.take();
    } else {
      for (Cell cell : changes.take()) {
        if (cell.exists()) {
          put(rows, cell);
        } else {
          rows.delete(cell.type.table(), groupOf(cell), addressOf(cell));
        }
      }
    }
  }

  private void put(SnapshotWriter rows, Cell cell) throws IOException {
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    try {
      cell.encode(value);
    } catch (IOException | RuntimeException e) {
      throw new IOException(
          "state '%s' of namespace %s cannot be saved: its coder fails on what is in it"
              .formatted(cell.type.tagId(), cell.home.id),
          e);
    }
    rows.put(cell.type.table(), groupOf(cell), addressOf(cell), value.toByteArray());
  }

  private int groupOf(Cell cell) {
    return KeyGroups.groupOf(cell.home.owner.key.hash(), maxParallelism);
  }

  private byte[] addressOf(Cell cell) throws IOException {
    return codec.cellAddress(cell.home.owner.key, cell.home.id);
  }

  /** Says what became of the last snapshot; after {@code false} its rows count as changed again. */
  public void snapshotCommitted(boolean committed) {
    changes.committed(committed, cell -> mayBeDropped(cell.home));
  }

  /**
   * Takes a row of a snapshot, before anything else happens.
   *
   * @return whether the row was one of state; others are left to others
   * @throws IOException if the row makes no sense
   */
  public boolean restoreRow(String table, int keyGroup, byte[] key, byte[] value)
      throws IOException {
    CellKind kind = CellKind.ofTable(table);
    if (kind == null) {
      return false;
    }
    RowCodec.CellAddress address = codec.readCellAddress(key);
    if (keyGroup != KeyGroups.groupOf(address.key().hash(), maxParallelism)) {
      throw new IOException("a row of " + table + " is not in the key group of its key");
    }
    KeyCells cells = attach(cells(address.key()));
    CellType type = CellType.of(kind, kind.tagIdOf(table), null);
    cells.restore(address.namespace()).restore(type, value);
    return true;
  }

  /** Counts keys, cells and holds, and apart from them cells that are empty and not forgotten. */
  public void inventory(Inventory to) {
    long cells = 0;
    long emptied = 0;
    for (KeyCells key : keys) {
      for (NamespaceCells namespace : key.namespaces()) {
        for (Cell cell : namespace.cells()) {
          cells += cell.exists() ? 1 : 0;
          emptied += cell.exists() ? 0 : 1;
        }
      }
    }
    to.add("state keys", livingKeys);
    to.add("state cells", cells);
    to.add("emptied cells", emptied);
    to.add("state changes", changes.size());
    to.add("holds", holds.size());
  }

  RowCodec codec() {
    return codec;
  }

  ChangedRows<Cell> changes() {
    return changes;
  }

  WatermarkHolds holds() {
    return holds;
  }

  /** How many keys there are objects for, those included that only a snapshot still needs. */
  int retainedKeys() {
    return keys.size();
  }

  /** Makes a cell of a tag that was bound before; null if it was not, or from another spec. */
  @SuppressWarnings("ReferenceEquality") // equal specs of two DoFn instances differ in functions
  Cell makeKnown(StateTag<?> tag, NamespaceCells home, StateContext<?> context) {
    KnownType known = lastKnown;
    if (known == null
        || known.type().spec() != tag.getSpec()
        || !known.type().tagId().equals(tag.getId())) {
      known = types.get(tag.getId());
      lastKnown = known;
    }
    if (known == null || known.type().spec() != tag.getSpec()) {
      return null;
    }
    return known.maker().make(known.type(), home, context);
  }

  void remember(CellType type, CellType.Maker maker) {
    types.put(type.tagId(), new KnownType(type, maker));
  }

  /** Takes a key back into the table; returns the object that stands for the key there. */
  KeyCells attach(KeyCells cells) {
    KeyCells present = cells.madeAt == additions ? null : keys.find(cells.key);
    if (present == null) {
      keys.add(cells);
      additions++;
      cells.attached = true;
      return cells;
    }
    return present.withDecodedKey(cells.getKey());
  }

  void keyCounted(int change) {
    livingKeys += change;
  }

  /** The namespace is looked at when the next key is asked for. */
  void mayBeDropped(NamespaceCells cells) {
    if (!cells.queued) {
      cells.queued = true;
      candidates.add(cells);
    }
  }
}
