package dev.sluice.executor.checkpoint;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.api.SnapshotReader;
import dev.sluice.executor.api.Storage;
import dev.sluice.executor.state.KeyGroupRange;
import dev.sluice.executor.state.SnapshotChains;
import dev.sluice.executor.state.SnapshotChains.Chain;
import dev.sluice.executor.state.SnapshotObject;
import dev.sluice.executor.state.SourceRow;
import dev.sluice.executor.state.UnkeyedRows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A checkpoint that a job resumes from; all its objects have been read and found whole. Any thread
 * may call.
 */
public final class Restoration {
  private static final KeyGroupRange NO_KEYS = new KeyGroupRange(0, 0);

  private final Storage storage;
  private final String name;
  private final Manifest manifest;
  private final JobLayout job;
  private final LayoutMatch match;
  private final List<String> notes;

  /** By stage of the checkpoint. */
  @GuardedBy("this")
  private final Map<Integer, UnkeyedRows> unkeyed = new HashMap<>();

  Restoration(
      Storage storage,
      String name,
      Manifest manifest,
      JobLayout job,
      LayoutMatch match,
      List<String> notes) {
    this.storage = storage;
    this.name = name;
    this.manifest = manifest;
    this.job = job;
    this.match = match;
    this.notes = List.copyOf(notes);
  }

  /**
   * Opens a checkpoint that another process has found whole and fit for the job.
   *
   * @throws IOException if it cannot be read here
   */
  public static Restoration open(Storage storage, String name, JobLayout job) throws IOException {
    ManifestName manifestName =
        ManifestName.parse(name)
            .orElseThrow(() -> new IOException("not the name of a checkpoint: " + name));
    Manifest manifest = new ManifestFiles(storage).read(manifestName);
    return new Restoration(storage, name, manifest, job, new LayoutMatch(manifest, job), List.of());
  }

  /** The checkpoint's name. */
  public String name() {
    return name;
  }

  /** The batch after which it was taken; the job goes on with the next. */
  public BatchDescriptor descriptor() {
    return manifest.descriptor();
  }

  /** All that the checkpoint says. */
  public Manifest manifest() {
    return manifest;
  }

  /** Whether the job's program is the one that took the checkpoint. */
  public boolean sameProgram() {
    return manifest.layout().fingerprint().equals(job.fingerprint());
  }

  /** What people should be told, such as that the newest checkpoint was damaged; mostly empty. */
  public List<String> notes() {
    return notes;
  }

  /** Whether the checkpoint knows a stage of the job; a new one begins empty. */
  public boolean knows(int stage) {
    return match.oldStage(stage) != null;
  }

  /**
   * The same checkpoint for a job that is laid out otherwise.
   *
   * @param graph the job's, with as many partitions in its source stages as the checkpoint has
   */
  Restoration laidOut(JobLayout graph) {
    return new Restoration(storage, name, manifest, graph, new LayoutMatch(manifest, graph), notes);
  }

  /** The splits that a source stage of the job had, each null where it was not kept. */
  List<byte[]> splits(int stage) throws IOException {
    List<byte[]> splits = new ArrayList<>();
    for (List<SnapshotObject> chain : manifest.chains(match.oldStage(stage))) {
      splits.add(findSplit(new SnapshotChains(storage, List.of(new Chain(chain, true)), NO_KEYS)));
    }
    return splits;
  }

  private static byte[] findSplit(SnapshotReader rows) throws IOException {
    try {
      return SourceRow.findSplit(rows);
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  /** How many splits a source stage of the job had; as many as it has if it is new. */
  int splitCount(int stage) {
    Integer oldStage = match.oldStage(stage);
    return oldStage == null
        ? job.stages().get(stage).partitions()
        : manifest.layout().stages().get(oldStage).partitions();
  }

  /**
   * The rows that a partition of the job owns; none for a new stage. With another number of
   * partitions these are the rows of its key groups, and the rows without a key of all partitions
   * that there were. May be read several times; each reader is used by one thread at a time.
   */
  public SnapshotReader rows(int stage, int partition) {
    Integer oldStage = match.oldStage(stage);
    if (oldStage == null) {
      return consumer -> {};
    }
    int maxParallelism = job.maxParallelism();
    int partitions = job.stages().get(stage).partitions();
    List<List<SnapshotObject>> old = manifest.chains(oldStage);
    if (partitions == old.size()) {
      Chain whole = new Chain(old.get(partition), true);
      return new SnapshotChains(storage, List.of(whole), new KeyGroupRange(0, maxParallelism));
    }
    KeyGroupRange range = KeyGroupRange.ofPartition(partition, partitions, maxParallelism);
    List<Chain> chains = new ArrayList<>();
    for (int p = 0; p < old.size(); p++) {
      if (range.overlaps(KeyGroupRange.ofPartition(p, old.size(), maxParallelism))) {
        chains.add(new Chain(old.get(p), false));
      }
    }
    return unkeyed(oldStage).with(new SnapshotChains(storage, chains, range));
  }

  private synchronized UnkeyedRows unkeyed(int oldStage) {
    return unkeyed.computeIfAbsent(
        oldStage, stage -> new UnkeyedRows(storage, manifest.chains(stage)));
  }

  @Override
  public String toString() {
    return name;
  }
}
