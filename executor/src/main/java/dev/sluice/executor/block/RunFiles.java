package dev.sluice.executor.block;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.executor.api.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a job's groupings. Values read from a file may be kept by user code for as long as
 * it likes; when the garbage collector has found that nobody does any more, their file is deleted
 * at the next occasion (a run is made, a grouping closed), without a thread of its own. Any thread
 * may call.
 */
final class RunFiles {
  private static final Logger log = LoggerFactory.getLogger(RunFiles.class);

  private final Storage storage;
  private final String prefix;
  private final ReferenceQueue<SpilledValues> unreferenced = new ReferenceQueue<>();

  @GuardedBy("this")
  private final Set<String> files = new LinkedHashSet<>();

  /** Keeps the references themselves reachable. */
  @GuardedBy("this")
  private final Set<ValuesReference> watched = new HashSet<>();

  @GuardedBy("this")
  private int created;

  @GuardedBy("this")
  private boolean closed;

  RunFiles(Storage storage, String prefix) {
    this.storage = storage;
    this.prefix = prefix;
  }

  Storage storage() {
    return storage;
  }

  /** Chooses the name of a new file. */
  String newName() throws IOException {
    deleteUnreferenced();
    synchronized (this) {
      if (closed) {
        throw new IOException("the block store is closed");
      }
      String name = prefix + "run-" + created++;
      files.add(name);
      return name;
    }
  }

  OutputStream create(String name) throws IOException {
    return storage.create(name);
  }

  InputStream read(Run run, long offset, long length) throws IOException {
    synchronized (this) {
      if (closed) {
        throw new IOException(
            "the values of this group were on disk and are gone, for their job has ended");
      }
    }
    try {
      return storage.read(run.name(), offset, length);
    } catch (IOException e) {
      throw SpillException.cannotRead(storage, run.name(), offset, e);
    }
  }

  void delete(String name) {
    synchronized (this) {
      if (!files.remove(name)) {
        return;
      }
    }
    deleteObject(name);
  }

  private void deleteObject(String name) {
    try {
      storage.delete(name);
    } catch (IOException e) {
      log.warn(
          "cannot delete {} in {}: it takes up space until the directory is deleted",
          name,
          storage.location(),
          e);
    }
  }

  /** Releases the runs when nobody refers to {@code values} any more. */
  void watch(SpilledValues values, List<Run> runs) {
    runs.forEach(Run::retain);
    synchronized (this) {
      watched.add(new ValuesReference(values, unreferenced, runs));
    }
  }

  /** Deletes the files of values that were dropped. */
  void deleteUnreferenced() {
    for (Reference<?> dropped = unreferenced.poll();
        dropped != null;
        dropped = unreferenced.poll()) {
      ValuesReference reference = (ValuesReference) dropped;
      synchronized (this) {
        watched.remove(reference);
      }
      reference.runs.forEach(Run::release);
    }
  }

  /** How many files exist. */
  synchronized int count() {
    return files.size();
  }

  /** Deletes everything, also what is still wanted. */
  void close() {
    List<String> left;
    synchronized (this) {
      closed = true;
      left = List.copyOf(files);
      files.clear();
      watched.clear();
    }
    left.forEach(this::deleteObject);
  }

  private static final class ValuesReference extends PhantomReference<SpilledValues> {
    private final List<Run> runs;

    ValuesReference(SpilledValues values, ReferenceQueue<SpilledValues> queue, List<Run> runs) {
      super(values, queue);
      this.runs = runs;
    }
  }
}
