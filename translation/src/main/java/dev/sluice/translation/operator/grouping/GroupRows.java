package dev.sluice.translation.operator.grouping;

import dev.sluice.executor.api.KeyGroups;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.grouping.WindowGroups.Group;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.util.VarInt;

/**
 * Groups as rows of snapshots, and which of them have changed since the last committed one.
 *
 * <pre>
 *   key:    varint length of the key ‖ encoded key ‖ encoded window
 *   value:  hold (8 bytes) ‖ accumulator
 * </pre>
 */
final class GroupRows {
  private static final String TABLE = "groups";

  private final GroupDefinition group;
  private final int maxParallelism;

  /** Groups that are gone, but for the rows of a snapshot. */
  private final List<Group> removed = new ArrayList<>();

  /** Written, or removed, in the snapshot whose fate is not known yet. */
  private final List<Group> written = new ArrayList<>();

  private final List<Group> erased = new ArrayList<>();

  GroupRows(GroupDefinition group, int maxParallelism) {
    this.group = group;
    this.maxParallelism = maxParallelism;
  }

  /** How many groups are remembered that are gone, or were written. */
  int size() {
    return removed.size() + written.size() + erased.size();
  }

  /** A group has fired. */
  void removed(Group gone) {
    gone.accumulator = null;
    if (gone.persisted) {
      removed.add(gone);
    }
  }

  /** Writes changed groups, or all. */
  void snapshot(SnapshotWriter out, boolean full, Collection<List<WindowGroups>> windows)
      throws IOException {
    snapshotCommitted(false);
    for (Group gone : removed) {
      out.delete(TABLE, keyGroup(gone.key), address(gone));
    }
    erased.addAll(removed);
    removed.clear();
    for (List<WindowGroups> expiring : windows) {
      for (WindowGroups window : expiring) {
        List<Group> changed = window.takeChanged();
        for (Group live : full ? window.inOrder() : changed) {
          out.put(TABLE, keyGroup(live.key), address(live), value(live));
          live.persisted = true;
        }
        written.addAll(changed);
      }
    }
  }

  /** What became of the last snapshot. */
  void snapshotCommitted(boolean committed) {
    if (!committed) {
      removed.addAll(erased);
      written.forEach(group -> group.in.changed(group));
    }
    erased.clear();
    written.clear();
  }

  /** Reads a row. */
  Row read(String table, byte[] address, byte[] value) throws IOException {
    if (!table.equals(TABLE)) {
      throw new IOException("a snapshot's table " + table + " is not one of a fast grouping");
    }
    ByteArrayInputStream in = new ByteArrayInputStream(address);
    Key key = Key.of(in.readNBytes(VarInt.decodeInt(in)));
    BoundedWindow window = group.windowCoder().decode(in);
    DataInputStream contents = new DataInputStream(new ByteArrayInputStream(value));
    long hold = contents.readLong();
    Object accumulator = group.reduction().accumulatorCoder().decode(contents);
    return new Row(key, group.decodeKey(key.bytes()), window, hold, accumulator);
  }

  private int keyGroup(Key key) {
    return KeyGroups.groupOf(key.hash(), maxParallelism);
  }

  private static byte[] address(Group group) throws IOException {
    byte[] key = group.key.bytes();
    byte[] window = group.in.encoded();
    ByteArrayOutputStream out = new ByteArrayOutputStream(key.length + window.length + 5);
    VarInt.encode(key.length, out);
    out.write(key);
    out.write(window);
    return out.toByteArray();
  }

  private byte[] value(Group live) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeLong(live.hold);
    group.reduction().accumulatorCoder().encode(live.accumulator, out);
    return bytes.toByteArray();
  }

  /** A group as it was written. */
  record Row(Key key, Object decodedKey, BoundedWindow window, long hold, Object accumulator) {}
}
