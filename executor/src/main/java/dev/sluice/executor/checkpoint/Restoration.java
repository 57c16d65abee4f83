package dev.sluice.executor.checkpoint;

import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.api.SnapshotReader;
import dev.sluice.executor.api.Storage;
import dev.sluice.executor.state.KeyGroupRange;
import dev.sluice.executor.state.SnapshotChains;
import dev.sluice.executor.state.SnapshotChains.Chain;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A checkpoint that a job resumes from; all its objects have been read and found whole. Any thread
 * may call.
 */
public final class Restoration {
  private final Storage storage;
  private final String name;
  private final Manifest manifest;
  private final JobLayout job;
  private final LayoutMatch match;
  private final List<String> notes;

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
   * The rows that a partition of the job owns; none for a new stage. May be read several times;
   * each reader is used by one thread at a time.
   */
  public SnapshotReader rows(int stage, int partition) {
    Integer oldStage = match.oldStage(stage);
    if (oldStage == null) {
      return consumer -> {};
    }
    int maxParallelism = job.maxParallelism();
    int partitions = job.stages().get(stage).partitions();
    int oldPartitions = manifest.layout().stages().get(oldStage).partitions();
    boolean sameLayout = partitions == oldPartitions;
    KeyGroupRange range = KeyGroupRange.ofPartition(partition, partitions, maxParallelism);
    List<Chain> chains = new ArrayList<>();
    for (int old = 0; old < oldPartitions; old++) {
      boolean wanted =
          sameLayout
              ? old == partition
              : range.overlaps(KeyGroupRange.ofPartition(old, oldPartitions, maxParallelism));
      if (wanted) {
        chains.add(new Chain(manifest.chain(oldStage, old), sameLayout));
      }
    }
    return sameLayout
        ? new SnapshotChains(storage, chains, new KeyGroupRange(0, maxParallelism))
        : new SnapshotChains(storage, chains, range);
  }

  @Override
  public String toString() {
    return name;
  }
}
