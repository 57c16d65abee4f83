package dev.sluice.executor.cluster;

import dev.sluice.executor.transport.control.StagedFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The class path of a client's program as files to be staged: jars as they are, directories as jars
 * that are deleted when this is closed. The jar of a directory depends on nothing but what is in
 * it, so that it is sent once, too. Used by one thread.
 */
final class StagedClassPath implements AutoCloseable {
  private static final LocalDateTime JAR_TIME = LocalDateTime.of(1980, 1, 2, 0, 0);

  private final Map<StagedFile, Path> files = new LinkedHashMap<>();
  private final List<Path> temporary = new ArrayList<>();

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
      return classPath;
    } catch (IOException | RuntimeException e) {
      classPath.close();
      throw e;
    }
  }

  private void add(Path entry) throws IOException {
    String name = String.valueOf(entry.getFileName());
    if (Files.isDirectory(entry)) {
      Path jar = Files.createTempFile("sluice-staged-", ".jar");
      temporary.add(jar);
      pack(entry, jar);
      files.putIfAbsent(StagingArea.describe(jar, name + ".jar"), jar);
    } else if (Files.isRegularFile(entry)) {
      files.putIfAbsent(StagingArea.describe(entry, name), entry);
    }
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

  @Override
  public void close() {
    for (Path jar : temporary) {
      jar.toFile().delete();
    }
  }
}
