package dev.sluice.executor.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.sluice.executor.transport.control.StagedFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of jobs' class paths in a directory, each under the hash of its bytes, so that each comes
 * once. Survives the process. A file is there when all of it has come and its hash is right; until
 * then it grows beside the others under a name that no other process uses.
 *
 * <pre>
 *   3f…a1.jar             a file
 *   3f…a1.UUID.part       one that is coming
 * </pre>
 *
 * <p>Several processes may use one directory. All methods may be called by any thread.
 */
final class StagingArea implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StagingArea.class);

  /** Bytes per message. */
  static final int PIECE = 512 << 10;

  /** What nobody has used for so long is deleted when a process starts. */
  private static final Duration KEPT = Duration.ofDays(30);

  private final Path directory;

  /** By who sends and hash. */
  @GuardedBy("this")
  private final Map<List<Object>, Growing> growing = new LinkedHashMap<>();

  private static final class Growing {
    final Path path;
    final MessageDigest digest = sha256();
    long length;

    Growing(Path path) {
      this.path = path;
    }
  }

  /**
   * Opens a directory, made if need be.
   *
   * @throws IOException if it cannot be made
   */
  StagingArea(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
    sweep(Instant.now().minus(KEPT));
  }

  private void sweep(Instant unusedSince) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.{jar,part}")) {
      for (Path file : files) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(unusedSince)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      LOG.warn("Old files in {} cannot be deleted", directory, e);
    }
  }

  /** Where a file is, or would be. */
  Path path(StagedFile file) {
    return directory.resolve(file.hash() + ".jar");
  }

  /** Those of the files that are not here. */
  List<StagedFile> missing(List<StagedFile> files) {
    return files.stream().distinct().filter(file -> !has(file)).toList();
  }

  private boolean has(StagedFile file) {
    Path path = path(file);
    try {
      if (!Files.isRegularFile(path) || Files.size(path) != file.size()) {
        return false;
      }
      Files.setLastModifiedTime(path, FileTime.from(Instant.now())); // in use: see sweep
      return true;
    } catch (IOException e) {
      LOG.debug("{} is fetched anew", path, e);
      return false;
    }
  }

  /**
   * Takes the next piece of a file. The piece at 0 begins anew. Only an empty file has an empty
   * piece.
   *
   * @param sender whose pieces belong together
   * @throws IOException if it does not follow the piece before, the hash is wrong or the disk does
   *     not take it: the file has to be sent from its beginning
   */
  synchronized void append(Object sender, StagedFile file, long offset, byte[] bytes)
      throws IOException {
    List<Object> key = List.of(sender, file.hash());
    if (offset == 0) {
      discard(growing.remove(key));
      growing.put(
          key, new Growing(directory.resolve(file.hash() + "." + UUID.randomUUID() + ".part")));
    }
    Growing target = growing.get(key);
    if (target == null || target.length != offset || offset + bytes.length > file.size()) {
      discard(growing.remove(key));
      throw new IOException(
          "a piece of " + file.name() + " at " + offset + " does not follow what has come of it");
    }
    try {
      write(target, bytes);
      if (target.length == file.size()) {
        finish(target, file);
        growing.remove(key);
      }
    } catch (IOException e) {
      discard(growing.remove(key));
      throw e;
    }
  }

  private static void write(Growing target, byte[] bytes) throws IOException {
    try (RandomAccessFile out = new RandomAccessFile(target.path.toFile(), "rw")) {
      out.seek(target.length);
      out.write(bytes);
    }
    target.digest.update(bytes);
    target.length += bytes.length;
  }

  private void finish(Growing target, StagedFile file) throws IOException {
    String hash = HexFormat.of().formatHex(target.digest.digest());
    if (!hash.equals(file.hash())) {
      throw new IOException(
          file.name() + " has come damaged: its SHA-256 is " + hash + ", not " + file.hash());
    }
    Files.move(
        target.path,
        path(file),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /** Gives up what somebody has not sent to its end. */
  synchronized void forget(Object sender) {
    growing
        .entrySet()
        .removeIf(
            entry -> {
              boolean theirs = entry.getKey().get(0).equals(sender);
              if (theirs) {
                discard(entry.getValue());
              }
              return theirs;
            });
  }

  private static void discard(Growing target) {
    if (target != null) {
      try {
        Files.deleteIfExists(target.path);
      } catch (IOException e) {
        LOG.warn("{} is left behind", target.path, e);
      }
    }
  }

  /**
   * Reads a piece of a file.
   *
   * @return at most {@link #PIECE} bytes; none at the end
   * @throws IOException if the file is not here
   */
  byte[] read(StagedFile file, long offset) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(path(file).toFile(), "r")) {
      byte[] piece = new byte[(int) Math.max(0, Math.min(PIECE, in.length() - offset))];
      in.seek(offset);
      in.readFully(piece);
      return piece;
    }
  }

  /** The file's name by content. */
  static StagedFile describe(Path file, String name) throws IOException {
    MessageDigest digest = sha256();
    long size = 0;
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[64 << 10];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
        size += n;
      }
    }
    return new StagedFile(HexFormat.of().formatHex(digest.digest()), name, size);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  @Override
  public synchronized void close() {
    growing.values().forEach(StagingArea::discard);
    growing.clear();
  }
}
