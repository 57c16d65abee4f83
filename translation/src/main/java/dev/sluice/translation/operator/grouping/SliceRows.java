package dev.sluice.translation.operator.grouping;

import dev.sluice.executor.api.KeyGroups;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.slices.Slices;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.beam.sdk.util.VarInt;

/**
 * Slices as rows of snapshots, and which of them have changed since the last committed one.
 *
 * <pre>
 *   table "slices"
 *   key:    varint length of the key ‖ encoded key ‖ begin of the slice (8 bytes)
 *   value:  accumulator
 * </pre>
 *
 * <p>What came for single windows is in table "groups", as {@link GroupRows} has it without slices.
 * Running sums are not written: they are made again of the slices. When none is asked for, nothing
 * is remembered.
 */
final class SliceRows {
  static final String TABLE = "slices";
  static final String WINDOWS = "groups";

  private final GroupDefinition group;
  private final Slices slices;
  private final int maxParallelism;
  private final boolean remembers;

  private final List<SlicePart> changed = new ArrayList<>();

  /** Parts that are gone, but for the rows of a snapshot. */
  private final List<SlicePart> removed = new ArrayList<>();

  /** Written, or removed, in the snapshot whose fate is not known yet. */
  private final List<SlicePart> written = new ArrayList<>();

  private final List<SlicePart> erased = new ArrayList<>();

  /**
   * @param remembers whether snapshots may be asked for
   */
  SliceRows(GroupDefinition group, Slices slices, int maxParallelism, boolean remembers) {
    this.group = group;
    this.slices = slices;
    this.maxParallelism = maxParallelism;
    this.remembers = remembers;
  }

  /** How many parts are remembered that are gone, or were written. */
  int size() {
    return removed.size() + written.size() + erased.size();
  }

  /** A part was made or changed. */
  void changed(SlicePart part) {
    if (remembers && !part.changed) {
      part.changed = true;
      changed.add(part);
    }
  }

  /** A part is not needed any more. */
  void removed(SlicePart gone) {
    gone.accumulator = null;
    gone.gone = true;
    if (remembers && gone.persisted) {
      removed.add(gone);
    }
  }

  /** Writes changed parts, or all. */
  void snapshot(SnapshotWriter out, boolean full, Collection<KeySlices> all) throws IOException {
    snapshotCommitted(false);
    for (SlicePart gone : removed) {
      out.delete(table(gone), keyGroup(gone), address(gone));
    }
    erased.addAll(removed);
    removed.clear();
    changed.forEach(part -> part.changed = false);
    // what was made and has gone since has no row
    changed.removeIf(part -> part.gone);
    if (full) {
      for (KeySlices key : all.stream().sorted().toList()) {
        for (SlicePart part : key.parts()) {
          put(part, out);
        }
      }
    } else {
      for (SlicePart part : changed) {
        put(part, out);
      }
    }
    written.addAll(changed);
    changed.clear();
  }

  private void put(SlicePart part, SnapshotWriter out) throws IOException {
    out.put(table(part), keyGroup(part), address(part), value(part));
    part.persisted = true;
  }

  /** What became of the last snapshot. */
  void snapshotCommitted(boolean committed) {
    if (!committed) {
      removed.addAll(erased);
      written.forEach(this::changed);
    }
    erased.clear();
    written.clear();
  }

  /** Reads a row of {@link #TABLE}. */
  Row read(byte[] address, byte[] value) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(address);
    Key key = Key.of(in.readNBytes(VarInt.decodeInt(in)));
    long begin = new DataInputStream(in).readLong();
    Object accumulator =
        group.reduction().accumulatorCoder().decode(new ByteArrayInputStream(value));
    return new Row(key, group.decodeKey(key.bytes()), begin, accumulator);
  }

  private static String table(SlicePart part) {
    return part.ofWindow ? WINDOWS : TABLE;
  }

  private int keyGroup(SlicePart part) {
    return KeyGroups.groupOf(part.of.key.hash(), maxParallelism);
  }

  private byte[] address(SlicePart part) throws IOException {
    byte[] key = part.of.key.bytes();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(key.length + 16);
    DataOutputStream out = new DataOutputStream(bytes);
    VarInt.encode(key.length, out);
    out.write(key);
    if (part.ofWindow) {
      out.write(group.encode(slices.window(part.begin)));
    } else {
      out.writeLong(part.begin);
    }
    return bytes.toByteArray();
  }

  private byte[] value(SlicePart part) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    if (part.ofWindow) {
      out.writeLong(WindowGroups.Group.NONE);
    }
    group.reduction().accumulatorCoder().encode(part.accumulator, out);
    return bytes.toByteArray();
  }

  /** A slice as it was written. */
  record Row(Key key, Object decodedKey, long begin, Object accumulator) {}
}
