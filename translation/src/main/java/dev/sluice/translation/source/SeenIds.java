package dev.sluice.translation.source;

import dev.sluice.executor.api.SnapshotReader;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.state.ChangedKeys;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The ids seen lately, the one seen longest ago first. Its rows:
 *
 * <pre>
 *   table "ids" | key group of the id | id → time it was last seen 8, big endian
 * </pre>
 */
final class SeenIds {
  private static final String TABLE = "ids";

  private final long rememberedMillis;
  private final int maxIds;
  private final LinkedHashMap<Key, Long> lastSeen = new LinkedHashMap<>();
  private final ChangedKeys changed;

  SeenIds(int maxParallelism, long rememberedMillis, int maxIds) {
    this.changed = new ChangedKeys(TABLE, maxParallelism);
    this.rememberedMillis = rememberedMillis;
    this.maxIds = maxIds;
  }

  /** Notes an id; returns whether it is new. */
  boolean add(Key id, long now) {
    expire(now);
    boolean isNew = lastSeen.remove(id) == null; // removed so as to go to the end
    lastSeen.put(id, now);
    changed.put(id);
    if (lastSeen.size() > maxIds) {
      removeFirst();
    }
    return isNew;
  }

  /** Forgets the ids whose time is over. */
  void expire(long now) {
    while (!lastSeen.isEmpty() && lastSeen.values().iterator().next() <= now - rememberedMillis) {
      removeFirst();
    }
  }

  private void removeFirst() {
    Iterator<Key> ids = lastSeen.keySet().iterator();
    Key first = ids.next();
    ids.remove();
    changed.removed(first);
  }

  int size() {
    return lastSeen.size();
  }

  /** Forgets all ids. */
  void clear() {
    lastSeen.keySet().forEach(changed::removed);
    lastSeen.clear();
  }

  void snapshot(SnapshotWriter rows, boolean full) throws Exception {
    changed.snapshot(rows, full ? lastSeen.keySet() : null, this::row);
  }

  private byte[] row(Key id) {
    Long time = lastSeen.get(id);
    return time == null ? null : ByteBuffer.allocate(8).putLong(time).array();
  }

  void snapshotCommitted(boolean committed) {
    changed.snapshotCommitted(committed, lastSeen.keySet());
  }

  void restore(SnapshotReader rows) throws Exception {
    List<Map.Entry<Key, Long>> ids = new ArrayList<>();
    rows.forEach(
        (table, keyGroup, key, value) -> {
          if (table.equals(TABLE)) {
            ids.add(Map.entry(Key.of(key), ByteBuffer.wrap(value).getLong()));
          }
        });
    ids.sort(Comparator.comparingLong((Map.Entry<Key, Long> id) -> id.getValue()));
    for (Map.Entry<Key, Long> id : ids) {
      lastSeen.put(id.getKey(), id.getValue());
      changed.restored(id.getKey());
    }
  }
}
