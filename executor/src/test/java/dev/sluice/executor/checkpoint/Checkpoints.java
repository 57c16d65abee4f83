package dev.sluice.executor.checkpoint;

import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.api.BatchKind;
import dev.sluice.executor.api.KeyGroups;
import dev.sluice.executor.api.Storage;
import dev.sluice.executor.state.SnapshotRows;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;

/**
 * A small job with one source of one split and one keyed stage of two partitions, and its
 * checkpoints.
 */
final class Checkpoints {
  static final int MAX_PARALLELISM = 8;
  static final JobLayout LAYOUT = layout("v1", 2);

  private Checkpoints() {}

  static JobLayout layout(String fingerprint, int partitions) {
    return new JobLayout(
        "word count",
        fingerprint,
        KeyGroups.HASH_NAME,
        MAX_PARALLELISM,
        List.of(new StageLayout("read", 1, true), new StageLayout("count", partitions, false)));
  }

  static CheckpointStore store(Storage storage, JobLayout layout, String incarnation) {
    return new CheckpointStore(storage, layout, incarnation, new ChainPolicy(4, 1.0));
  }

  static BatchDescriptor batch(int run, long batch) {
    return new BatchDescriptor(
        "job-1", run, batch, BatchKind.DATA, 1_700_000_000_000L, 0, true, false, false, false, 100);
  }

  /** A checkpoint whose rows say in which run and batch they were last written. */
  static String take(CheckpointStore store, int run, long batch) throws IOException {
    PendingCheckpoint pending = store.begin(batch(run, batch));
    try {
      writeAll(pending);
      return pending.commit();
    } catch (IOException e) {
      pending.abort();
      throw e;
    }
  }

  static void writeAll(PendingCheckpoint pending) throws IOException {
    String value = pending.descriptor().run() + ":" + pending.descriptor().batch();
    SnapshotRows mark = new SnapshotRows();
    mark.put("mark", -1, new byte[0], bytes(value));
    pending.writeObject(0, 0, mark, pending.isFullDue(0, 0));
    for (int partition = 0; partition < 2; partition++) {
      boolean full = pending.isFullDue(1, partition);
      SnapshotRows rows = new SnapshotRows();
      for (int group = 0; group < MAX_PARALLELISM; group++) {
        boolean changed = group % 4 == pending.descriptor().batch() % 4;
        if (KeyGroups.partitionOf(group, 2, MAX_PARALLELISM) == partition && (full || changed)) {
          rows.put("counts", group, bytes("key" + group), bytes(changed ? value : "old"));
        }
      }
      pending.writeObject(1, partition, rows, full);
    }
  }

  static TreeMap<String, String> rows(Restoration restoration, int stage, int partition)
      throws Exception {
    TreeMap<String, String> rows = new TreeMap<>();
    restoration
        .rows(stage, partition)
        .forEach(
            (table, keyGroup, key, value) ->
                rows.put(
                    table + "/" + keyGroup + "/" + new String(key, StandardCharsets.UTF_8),
                    new String(value, StandardCharsets.UTF_8)));
    return rows;
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
