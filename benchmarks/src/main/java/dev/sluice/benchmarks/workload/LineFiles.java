package dev.sluice.benchmarks.workload;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Text files with the lines of a stream, in a directory of their own that goes with them. */
public final class LineFiles implements AutoCloseable {
  private static final int FILES = 8;

  private final Path directory;
  private final List<Path> paths = new ArrayList<>();

  private LineFiles(Path directory) {
    this.directory = directory;
  }

  /** Writes the stream's lines, dealt out in turn. */
  public static LineFiles write(LineStream stream) throws IOException {
    LineFiles files = new LineFiles(Files.createTempDirectory("sluice-benchmark-lines"));
    Lines lines = stream.lines();
    for (int file = 0; file < FILES; file++) {
      Path path = files.directory.resolve("lines-" + file + ".txt");
      files.paths.add(path);
      try (BufferedWriter writer = Files.newBufferedWriter(path, StandardCharsets.US_ASCII)) {
        for (long index = file; index < stream.records(); index += FILES) {
          writer.write(lines.line(index));
          writer.write('\n');
        }
      }
    }
    return files;
  }

  /** Where they are. */
  public List<Path> paths() {
    return List.copyOf(paths);
  }

  @Override
  public void close() throws IOException {
    for (Path path : paths) {
      Files.delete(path);
    }
    Files.delete(directory);
  }
}
