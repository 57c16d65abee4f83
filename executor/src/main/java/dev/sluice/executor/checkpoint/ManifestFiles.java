package dev.sluice.executor.checkpoint;

import dev.sluice.executor.api.Storage;
import dev.sluice.executor.checkpoint.CheckpointException.Reason;
import dev.sluice.executor.checkpoint.ManifestCodec.MalformedManifest;
import dev.sluice.executor.state.SnapshotException;
import dev.sluice.executor.state.SnapshotHeader;
import dev.sluice.executor.state.SnapshotObject;
import dev.sluice.executor.state.SnapshotObjectCheck;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The manifests in a storage: written once and read back, found, and checked with all that they
 * list.
 */
final class ManifestFiles {
  private final Storage storage;

  ManifestFiles(Storage storage) {
    this.storage = storage;
  }

  /** All manifests, the newest first, whatever is in them. */
  List<ManifestName> list() throws IOException {
    List<ManifestName> names = new ArrayList<>();
    for (String object : storage.list(ManifestName.PREFIX)) {
      if (object.endsWith(ManifestName.SUFFIX)) {
        ManifestName.parse(object)
            .filter(name -> name.object().equals(object))
            .ifPresent(names::add);
      }
    }
    names.sort(Comparator.reverseOrder());
    return names;
  }

  /**
   * Writes a manifest and reads it back, which commits it.
   *
   * @throws CheckpointException if it is not there afterwards; nothing of it is left as far as that
   *     is possible
   */
  void write(ManifestName name, Manifest manifest) throws CheckpointException {
    byte[] bytes = ManifestCodec.encode(manifest);
    try {
      if (bytes.length > ManifestCodec.MAX_LENGTH) {
        throw new IOException("it has " + bytes.length + " bytes, for too many objects");
      }
      try (OutputStream out = storage.create(name.object())) {
        out.write(bytes);
      }
      if (!Arrays.equals(bytes, readBytes(name))) {
        throw new IOException("what was read back differs from what was written");
      }
    } catch (IOException e) {
      try {
        storage.delete(name.object());
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw new CheckpointException(
          Reason.NOT_WRITTEN,
          "the manifest "
              + name.object()
              + " of "
              + bytes.length
              + " bytes cannot be written to "
              + storage.location()
              + " ("
              + e
              + "); the checkpoint before it stays the newest; free space there",
          e);
    }
  }

  private byte[] readBytes(ManifestName name) throws IOException {
    long length = storage.length(name.object());
    if (length > ManifestCodec.MAX_LENGTH) {
      throw new IOException("it has " + length + " bytes, more than any manifest");
    }
    try (InputStream in = storage.read(name.object(), 0, length)) {
      return in.readAllBytes();
    }
  }

  /**
   * Reads a manifest that somebody has found whole before.
   *
   * @throws CheckpointException if it cannot be read any more
   */
  Manifest read(ManifestName name) throws CheckpointException {
    try {
      return ManifestCodec.decode(readBytes(name));
    } catch (MalformedManifest | IOException e) {
      throw new CheckpointException(
          Reason.DAMAGED,
          "the manifest " + name.object() + " in " + storage.location() + " cannot be read: " + e,
          e);
    }
  }

  /**
   * Reads a manifest and every object that it lists.
   *
   * @throws CheckpointException if anything is missing or differs
   */
  Manifest readWhole(ManifestName name) throws CheckpointException {
    try {
      Manifest manifest = ManifestCodec.decode(readBytes(name));
      if (manifest.descriptor().run() != name.run()
          || manifest.descriptor().batch() != name.batch()) {
        throw new MalformedManifest("it is the manifest of another checkpoint");
      }
      for (int stage = 0; stage < manifest.layout().stages().size(); stage++) {
        StageLayout layout = manifest.layout().stages().get(stage);
        for (int partition = 0; partition < layout.partitions(); partition++) {
          checkChain(manifest, stage, partition);
        }
      }
      return manifest;
    } catch (MalformedManifest | IOException e) {
      String what =
          e instanceof SnapshotException
              ? e.getMessage()
              : "the manifest "
                  + name.object()
                  + " in "
                  + storage.location()
                  + (e instanceof MalformedManifest ? " is damaged: " : " cannot be read: ")
                  + (e instanceof MalformedManifest ? e.getMessage() : e);
      throw new CheckpointException(
          Reason.DAMAGED, "the checkpoint " + name + " cannot be used: " + what, e);
    }
  }

  private void checkChain(Manifest manifest, int stage, int partition)
      throws IOException, MalformedManifest {
    String owner =
        "partition " + partition + " of the stage '" + manifest.layout().stages().get(stage).name();
    List<SnapshotObject> chain = manifest.chain(stage, partition);
    if (chain.isEmpty()) {
      throw new MalformedManifest("it lists no object for " + owner + "'");
    }
    String parent = null;
    for (SnapshotObject object : chain) {
      if (!String.valueOf(parent).equals(String.valueOf(object.parent()))) {
        throw new MalformedManifest("the chain of " + owner + "' is broken at " + object.name());
      }
      SnapshotHeader header = SnapshotObjectCheck.check(storage, object);
      if (!header.stage().equals(manifest.layout().stages().get(stage).name())
          || header.partition() != partition
          || header.maxParallelism() != manifest.layout().maxParallelism()
          || !header.hashName().equals(manifest.layout().hashName())) {
        throw new MalformedManifest(object.name() + " is not an object of " + owner + "'");
      }
      parent = object.name();
    }
  }
}
