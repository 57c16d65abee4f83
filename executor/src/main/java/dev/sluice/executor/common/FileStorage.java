package dev.sluice.executor.common;

import dev.sluice.executor.api.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** A directory of the local file system, made when the first object is. */
public final class FileStorage implements Storage {
  private final Path root;
  private final boolean durable;

  /**
   * Objects are files below {@code root}; what the operating system has not written yet dies with
   * it.
   */
  public FileStorage(Path root) {
    this(root, false);
  }

  private FileStorage(Path root, boolean durable) {
    this.root = root.toAbsolutePath().normalize();
    this.durable = durable;
  }

  /**
   * Objects are files below {@code root} that are on the disk once their stream has been closed.
   */
  public static FileStorage durable(Path root) {
    return new FileStorage(root, true);
  }

  @Override
  public String location() {
    return root.toString();
  }

  @Override
  public OutputStream create(String name) throws IOException {
    Path file = resolve(name);
    Files.createDirectories(file.getParent());
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    return durable ? new DurableOutput(channel, file) : Channels.newOutputStream(channel);
  }

  @Override
  public InputStream read(String name, long offset, long length) throws IOException {
    return new ChannelRange(
        FileChannel.open(resolve(name), StandardOpenOption.READ), offset, length);
  }

  @Override
  public long length(String name) throws IOException {
    return Files.size(resolve(name));
  }

  @Override
  public List<String> list(String prefix) throws IOException {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(root, new FileVisitOption[0])) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString().replace('\\', '/'))
          .filter(name -> name.startsWith(prefix))
          .sorted()
          .toList();
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof NoSuchFileException) {
        return list(prefix); // a file vanished under the walk
      }
      throw e.getCause();
    }
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(resolve(name));
  }

  private Path resolve(String name) {
    Path file = root.resolve(name).normalize();
    if (!file.startsWith(root) || file.equals(root)) {
      throw new IllegalArgumentException("the name " + name + " leads out of " + root);
    }
    return file;
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
