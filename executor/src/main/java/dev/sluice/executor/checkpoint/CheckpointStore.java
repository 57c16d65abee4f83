package dev.sluice.executor.checkpoint;

import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.Storage;
import dev.sluice.executor.checkpoint.CheckpointException.Reason;
import dev.sluice.executor.checkpoint.ManifestCodec.TornManifest;
import dev.sluice.executor.state.SnapshotObject;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one job in a storage that nobody else writes to. Objects are written once,
 * under names that nobody gives twice; a manifest that has been read back is the commit. The last
 * two checkpoints of this run (or the one it resumed from and its first) are kept; whatever else is
 * there is deleted after each commit.
 *
 * <pre>
 *   restore → ( begin → … → commit | abort )*
 *
 *   rows-r000001-b000000000042-a7-s3-p0-INCARNATION        snapshot of stage 3, partition 0
 *   checkpoint-r000001-b000000000042-INCARNATION.manifest  the checkpoint, listing such objects
 * </pre>
 *
 * <p>Used by one thread, the coordinator's; only {@link PendingCheckpoint#writeObject} is called by
 * others.
 */
public final class CheckpointStore {
  private static final Logger log = LoggerFactory.getLogger(CheckpointStore.class);
  private static final int KEPT = 2;

  private final Storage storage;
  private final ManifestFiles manifests;
  private final SnapshotObjects objects;
  private final JobLayout layout;
  private final String incarnation;

  /**
   * Checkpoints that are kept, the oldest first: the one resumed from, and those committed since.
   */
  private final Deque<KeptCheckpoint> kept = new ArrayDeque<>();

  private Chains chains;
  private PendingCheckpoint pending;
  private int attempts;
  private boolean restored;

  private record KeptCheckpoint(ManifestName name, Manifest manifest) {}

  /**
   * Opens the checkpoints of a job; reads nothing yet.
   *
   * @param incarnation a word of letters, digits, {@code _} and {@code -} that no other process
   *     uses, now or later
   */
  public CheckpointStore(
      Storage storage, JobLayout layout, String incarnation, ChainPolicy policy) {
    this.objects = new SnapshotObjects(storage, layout, incarnation);
    this.storage = storage;
    this.manifests = new ManifestFiles(storage);
    this.layout = layout;
    this.incarnation = incarnation;
    this.chains = new Chains(policy, Map.of());
  }

  /** Names of the checkpoints that are there, whole or not, the newest first. */
  public List<String> list() throws IOException {
    return manifests.list().stream().map(ManifestName::checkpoint).toList();
  }

  /**
   * The number of a new run: higher than that of anything in the storage, committed or not; at
   * least 1.
   */
  public int nextRun() throws IOException {
    int last = 0;
    for (ManifestName name : manifests.list()) {
      last = Math.max(last, name.run());
    }
    for (String name : storage.list(ObjectName.PREFIX)) {
      OptionalInt run = ObjectName.runOf(name);
      last = Math.max(last, run.orElse(0));
    }
    return last + 1;
  }

  /**
   * Finds what the job resumes from. Called once, before anything else is done.
   *
   * @return the checkpoint, or empty if the job begins anew
   * @throws CheckpointException if the storage, the choice and the job do not go together, or what
   *     was asked for is damaged
   */
  public Optional<Restoration> restore(RestoreChoice choice) throws IOException {
    if (restored) {
      throw new IllegalStateException("what to resume from has been decided already");
    }
    List<ManifestName> names = manifests.list();
    Optional<Restoration> restoration;
    if (choice instanceof RestoreChoice.Named named) {
      restoration = Optional.of(restoreNamed(named.name(), names));
    } else if (choice instanceof RestoreChoice.Latest) {
      restoration = restoreLatest(names);
    } else {
      refuseUnlessEmpty(names);
      restoration = Optional.empty();
    }
    restored = true;
    return restoration;
  }

  /**
   * Decides what to resume from, and how the job is laid out then: source stages have the splits of
   * the checkpoint.
   *
   * @return what to go on with in place of this store
   * @throws IOException as {@link #restore(RestoreChoice)}, or if a source cannot take its splits
   */
  public Beginning begin(RestoreChoice choice, JobGraph graph) throws IOException {
    Restoration restoration = restore(choice).orElse(null);
    if (restoration == null) {
      return new Beginning(this, graph, null);
    }
    JobGraph laidOut = RestoredSplits.in(graph, restoration);
    JobLayout other = JobLayout.of(laidOut, layout.fingerprint());
    CheckpointStore store = new CheckpointStore(storage, other, incarnation, chains.policy());
    store.kept.addAll(kept);
    store.restored = true;
    return new Beginning(store, laidOut, restoration.laidOut(other));
  }

  /**
   * Where a job begins.
   *
   * @param store of its checkpoints
   * @param graph the job as it is laid out
   * @param restoration what it resumes from, or null
   */
  public record Beginning(CheckpointStore store, JobGraph graph, Restoration restoration) {}

  private void refuseUnlessEmpty(List<ManifestName> names) throws CheckpointException {
    if (!names.isEmpty()) {
      throw new CheckpointException(
          Reason.REFUSED,
          storage.location()
              + " holds checkpoints of another run, the newest is "
              + names.get(0)
              + "; resume with --restore=latest or --restore=NAME, or name an empty directory");
    }
  }

  private Restoration restoreNamed(String wanted, List<ManifestName> names)
      throws CheckpointException {
    ManifestName name =
        ManifestName.parse(wanted)
            .filter(names::contains)
            .orElseThrow(
                () ->
                    new CheckpointException(
                        Reason.REFUSED,
                        "there is no checkpoint "
                            + wanted
                            + " in "
                            + storage.location()
                            + "; there "
                            + (names.isEmpty() ? "is none" : "are " + printable(names))));
    try {
      return restoration(name, manifests.readWhole(name), List.of());
    } catch (CheckpointException e) {
      if (e.reason() == Reason.DAMAGED) {
        throw withRemedy(e, names.stream().filter(other -> !other.equals(name)).toList());
      }
      throw e;
    }
  }

  private static CheckpointException withRemedy(CheckpointException e, List<ManifestName> others) {
    String remedy =
        others.isEmpty()
            ? "there is no other checkpoint; begin anew in an empty directory"
            : "resume from another one with --restore=NAME: " + printable(others);
    return new CheckpointException(e.reason(), e.getMessage() + "; " + remedy, e);
  }

  private static String printable(List<ManifestName> names) {
    return names.stream().map(ManifestName::checkpoint).collect(Collectors.joining(", "));
  }

  /**
   * A manifest that ends too early was never committed. If each run has at most one such and there
   * is nothing else, all of them ended in their first commit; otherwise something was kept once and
   * is lost.
   */
  private Optional<Restoration> restoreLatest(List<ManifestName> names) throws CheckpointException {
    List<String> notes = new ArrayList<>();
    CheckpointException newestFailure = null;
    Set<Integer> tornRuns = new HashSet<>();
    for (ManifestName name : names) {
      Manifest manifest;
      try {
        manifest = manifests.readWhole(name);
      } catch (CheckpointException e) {
        newestFailure = newestFailure == null ? e : newestFailure;
        if (e.getCause() instanceof TornManifest) {
          tornRuns.add(name.run());
        }
        notes.add(e.getMessage() + "; an older one is tried");
        log.warn("{}; an older one is tried", e.getMessage());
        continue;
      }
      return Optional.of(restoration(name, manifest, notes));
    }
    if (tornRuns.size() < names.size()) {
      throw new CheckpointException(
          Reason.DAMAGED,
          "none of the "
              + names.size()
              + " checkpoints in "
              + storage.location()
              + " can be used; begin anew in an empty directory. Of the newest: "
              + newestFailure.getMessage(),
          newestFailure);
    }
    if (!names.isEmpty()) {
      log.warn(
          "{} holds nothing but {}, whose writers ended before their first checkpoint was"
              + " committed; the job begins anew",
          storage.location(),
          printable(names));
    }
    return Optional.empty();
  }

  private Restoration restoration(ManifestName name, Manifest manifest, List<String> notes)
      throws CheckpointException {
    LayoutMatch match = new LayoutMatch(manifest, layout);
    if (!match.mismatches().isEmpty()) {
      throw new CheckpointException(
          Reason.REFUSED,
          "the job '"
              + layout.jobName()
              + "' cannot resume from the checkpoint "
              + name
              + " of '"
              + manifest.layout().jobName()
              + "' in "
              + storage.location()
              + ": "
              + String.join("; ", match.mismatches())
              + ". Resume the program that took it, or begin anew in an empty directory");
    }
    kept.add(new KeptCheckpoint(name, manifest));
    return new Restoration(storage, name.checkpoint(), manifest, layout, match, notes);
  }

  /** Begins a checkpoint after a batch. At most one is under way. */
  public PendingCheckpoint begin(BatchDescriptor descriptor) {
    if (!restored || pending != null) {
      throw new IllegalStateException(
          restored
              ? "the checkpoint of batch " + pending.descriptor().batch() + " is under way"
              : "nobody has decided what to resume from");
    }
    pending = new PendingCheckpoint(this, descriptor, attempts++, chains);
    return pending;
  }

  String commit(
      PendingCheckpoint checkpoint,
      Manifest manifest,
      Map<PartitionId, List<SnapshotObject>> written)
      throws CheckpointException {
    ManifestName name =
        new ManifestName(manifest.descriptor().run(), manifest.descriptor().batch(), incarnation);
    aborted(checkpoint);
    try {
      manifests.write(name, manifest);
    } catch (CheckpointException e) {
      if (isAway(name)) {
        checkpoint.deleteObjects();
      }
      throw e;
    }
    chains = new Chains(chains.policy(), written);
    kept.add(new KeptCheckpoint(name, manifest));
    if (kept.size() > KEPT) {
      kept.remove();
    }
    sweep();
    return name.checkpoint();
  }

  /** Whether a manifest is certainly not there, so that its objects are not needed. */
  private boolean isAway(ManifestName name) {
    try {
      return !manifests.list().contains(name);
    } catch (IOException e) {
      return false;
    }
  }

  void aborted(PendingCheckpoint checkpoint) {
    if (checkpoint == pending) {
      pending = null;
    }
  }

  /**
   * Deletes manifests and objects that no kept checkpoint needs; manifests first, so that none
   * lists what is gone.
   */
  private void sweep() {
    Set<String> needed = new HashSet<>();
    for (KeptCheckpoint checkpoint : kept) {
      needed.add(checkpoint.name.object());
      checkpoint.manifest.entries().forEach(entry -> needed.add(entry.object().name()));
    }
    try {
      for (ManifestName name : manifests.list()) {
        if (!needed.contains(name.object())) {
          storage.delete(name.object());
        }
      }
      for (String name : storage.list(ObjectName.PREFIX)) {
        if (ObjectName.runOf(name).isPresent() && !needed.contains(name)) {
          storage.delete(name);
        }
      }
    } catch (IOException e) {
      log.warn(
          "Sweeping old checkpoints in {} failed; it is tried again after the next one",
          storage.location(),
          e);
    }
  }

  void deleteQuietly(String name) {
    try {
      storage.delete(name);
    } catch (IOException e) {
      log.debug("{} in {} is left to the next sweep", name, storage.location(), e);
    }
  }

  SnapshotObjects objects() {
    return objects;
  }

  JobLayout layout() {
    return layout;
  }
}
