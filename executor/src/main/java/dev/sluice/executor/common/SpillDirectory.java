package dev.sluice.executor.common;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.executor.api.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory of one engine instance for what does not fit into memory: made when the first object
 * is, deleted by {@link #close}. What a killed process left beside it is deleted when it is made: a
 * directory is in use as long as the process that made it holds the lock on its file {@value
 * #IN_USE}.
 */
public final class SpillDirectory implements Storage, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SpillDirectory.class);
  private static final String PREFIX = "sluice-spill-";
  private static final String IN_USE = "in-use";

  /** A directory this much younger may not have its lock yet. */
  private static final long YOUNG_MILLIS = 60_000;

  private final Path parent;

  /** Null before the first object and after the end. */
  @GuardedBy("this")
  private Path root;

  @GuardedBy("this")
  private FileStorage files;

  @GuardedBy("this")
  private FileChannel lock;

  @GuardedBy("this")
  private boolean closed;

  /** Below {@code parent}, which need not exist. */
  public SpillDirectory(Path parent) {
    this.parent = parent.toAbsolutePath().normalize();
  }

  /** Where the JVM puts its temporary files. */
  public static SpillDirectory inTemporaryDirectory() {
    return new SpillDirectory(Path.of(System.getProperty("java.io.tmpdir")));
  }

  @Override
  public synchronized String location() {
    return root == null ? parent.toString() : root.toString();
  }

  @Override
  public OutputStream create(String name) throws IOException {
    return made().create(name);
  }

  private synchronized FileStorage made() throws IOException {
    if (closed) {
      throw new IOException("the spill directory in " + parent + " is closed");
    }
    if (files == null) {
      Files.createDirectories(parent);
      root = Files.createTempDirectory(parent, PREFIX);
      lock =
          FileChannel.open(
              root.resolve(IN_USE), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      if (lock.tryLock() == null) {
        throw new IOException("cannot lock " + root.resolve(IN_USE));
      }
      files = new FileStorage(root);
      deleteStale();
    }
    return files;
  }

  private synchronized FileStorage existing(String name) throws IOException {
    if (files == null) {
      throw new NoSuchFileException(parent + "/" + name);
    }
    return files;
  }

  @Override
  public InputStream read(String name, long offset, long length) throws IOException {
    return existing(name).read(name, offset, length);
  }

  @Override
  public long length(String name) throws IOException {
    return existing(name).length(name);
  }

  @Override
  public List<String> list(String prefix) throws IOException {
    FileStorage made;
    synchronized (this) {
      made = files;
    }
    return made == null
        ? List.of()
        : made.list(prefix).stream().filter(name -> !name.equals(IN_USE)).toList();
  }

  @Override
  public void delete(String name) throws IOException {
    FileStorage made;
    synchronized (this) {
      made = files;
    }
    if (made != null) {
      made.delete(name);
    }
  }

  @GuardedBy("this")
  private void deleteStale() throws IOException {
    FileTime mine = Files.getLastModifiedTime(root);
    try (DirectoryStream<Path> neighbours = Files.newDirectoryStream(parent, PREFIX + "*")) {
      for (Path neighbour : neighbours) {
        if (!neighbour.equals(root) && isStale(neighbour, mine)) {
          log.info("Deleting {}, which a killed process left.", neighbour);
          deleteTree(neighbour);
        }
      }
    } catch (IOException e) {
      log.debug("Looking for spill directories of killed processes in {} failed.", parent, e);
    }
  }

  private static boolean isStale(Path directory, FileTime now) {
    try {
      if (Files.getLastModifiedTime(directory).toMillis() > now.toMillis() - YOUNG_MILLIS) {
        return false;
      }
      try (FileChannel channel =
              FileChannel.open(directory.resolve(IN_USE), StandardOpenOption.WRITE);
          FileLock taken = channel.tryLock()) {
        return taken != null;
      }
    } catch (NoSuchFileException e) {
      return true; // killed while it was made, or while it was deleted
    } catch (IOException | OverlappingFileLockException e) {
      return false; // somebody else's, or another engine's in this process
    }
  }

  private static void deleteTree(Path directory) throws IOException {
    try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
      for (Path child : children) {
        if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
          deleteTree(child);
        } else {
          Files.deleteIfExists(child);
        }
      }
    }
    Files.deleteIfExists(directory);
  }

  /** Deletes the directory with all that is in it. */
  @Override
  public synchronized void close() throws IOException {
    closed = true;
    files = null;
    if (root != null) {
      Path gone = root;
      root = null;
      if (lock != null) {
        lock.close();
        lock = null;
      }
      deleteTree(gone);
    }
  }

  @Override
  public String toString() {
    return location();
  }
}
