package dev.sluice.executor.cluster;

import dev.sluice.executor.transport.control.StagedFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The class path of a client's program as files to be staged: jars as they are, directories as jars
 * that are deleted when the JVM ends. The jar of a directory depends on nothing but what is in it,
 * so that it is sent once, too. What has been read before and has not changed since is not read
 * again. Immutable.
 */
final class StagedClassPath {
  private static final LocalDateTime JAR_TIME = LocalDateTime.of(1980, 1, 2, 0, 0);

  /** By entry of a class path and what shows whether it has changed. */
  private static final Map<List<Object>, Entry> KNOWN = new ConcurrentHashMap<>();

  private record Entry(StagedFile file, Path path) {}

  private final Map<StagedFile, Path> files = new LinkedHashMap<>();

  private StagedClassPath() {}

  /**
   * Reads all files, for their hashes. Entries that are not there are left out, as Java does.
   *
   * @throws IOException if one cannot be read
   */
  static StagedClassPath of(List<Path> entries) throws IOException {
    StagedClassPath classPath = new StagedClassPath();
    try {
      for (Path entry : entries) {
        classPath.add(entry);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return classPath;
  }

  private void add(Path path) throws IOException {
    if (!Files.isDirectory(path) && !Files.isRegularFile(path)) {
      return;
    }
    List<Object> key = List.of(path.toAbsolutePath(), look(path));
    Entry entry = KNOWN.get(key);
    if (entry == null || !Files.exists(entry.path())) {
      entry = read(path);
      KNOWN.put(key, entry);
    }
    files.putIfAbsent(entry.file(), entry.path());
  }

  /** Names, sizes and times of what is there. */
  private static String look(Path path) throws IOException {
    try (Stream<Path> all = Files.walk(path)) {
      StringBuilder seen = new StringBuilder();
      all.filter(Files::isRegularFile).sorted().forEach(file -> look(file, seen));
      return seen.toString();
    }
  }

  private static void look(Path file, StringBuilder seen) {
    try {
      BasicFileAttributes facts = Files.readAttributes(file, BasicFileAttributes.class);
      seen.append(file)
          .append(' ')
          .append(facts.size())
          .append(' ')
          .append(facts.lastModifiedTime());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Entry read(Path path) throws IOException {
    String name = String.valueOf(path.getFileName());
    if (!Files.isDirectory(path)) {
      return new Entry(StagingArea.describe(path, name), path);
    }
    Path jar = Files.createTempFile("sluice-staged-", ".jar");
    jar.toFile().deleteOnExit();
    pack(path, jar);
    return new Entry(StagingArea.describe(jar, name + ".jar"), jar);
  }

  private static void pack(Path directory, Path jar) throws IOException {
    List<Path> members;
    try (Stream<Path> all = Files.walk(directory)) {
      members = all.filter(Files::isRegularFile).sorted().toList();
    }
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(jar));
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Path member : members) {
        ZipEntry entry = new ZipEntry(directory.relativize(member).toString().replace('\\', '/'));
        entry.setTimeLocal(JAR_TIME); // the same bytes every time
        zip.putNextEntry(entry);
        Files.copy(member, zip);
        zip.closeEntry();
      }
    }
  }

  /** The files, in the order of the class path. */
  List<StagedFile> files() {
    return List.copyOf(files.keySet());
  }

  /** Where a file is. */
  Path path(StagedFile file) {
    return files.get(file);
  }
}
