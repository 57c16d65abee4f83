package dev.sluice.executor.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.executor.api.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpillDirectoryTest {
  @TempDir Path parent;

  @Test
  void isMadeLateAndDeletedAtTheEnd() throws Exception {
    SpillDirectory directory = new SpillDirectory(parent);
    assertThat(directory.list("")).isEmpty();
    directory.delete("a");
    assertThatThrownBy(() -> directory.length("a")).isInstanceOf(NoSuchFileException.class);
    assertThat(parent).isEmptyDirectory();
    write(directory, "job/a");
    assertThat(directory.list("")).containsExactly("job/a");
    assertThat(Path.of(directory.location()).getParent()).isEqualTo(parent);
    directory.close();
    directory.close();
    assertThat(parent).isEmptyDirectory();
    assertThatThrownBy(() -> write(directory, "b")).hasMessageContaining("closed");
  }

  @Test
  void whatAKilledProcessLeftIsDeleted() throws Exception {
    Path stale = Files.createDirectories(parent.resolve("sluice-spill-1"));
    Files.createFile(stale.resolve("in-use"));
    Files.createDirectories(stale.resolve("job"));
    Files.createFile(stale.resolve("job/blocks-1"));
    Path halfMade = Files.createDirectories(parent.resolve("sluice-spill-2"));
    Path young = Files.createDirectories(parent.resolve("sluice-spill-3"));
    Path other = Files.createDirectories(parent.resolve("other"));
    age(stale);
    age(halfMade);
    age(other);
    try (SpillDirectory living = new SpillDirectory(parent);
        SpillDirectory directory = new SpillDirectory(parent)) {
      write(living, "a");
      age(Path.of(living.location()));
      write(directory, "a");
      assertThat(living.list("")).containsExactly("a");
    }
    assertThat(parent.toFile().listFiles())
        .containsExactlyInAnyOrder(young.toFile(), other.toFile());
  }

  @Test
  void rangesAndNames() throws Exception {
    FileStorage files = new FileStorage(parent.resolve("new"));
    assertThat(files.list("")).isEmpty();
    write(files, "b/2");
    write(files, "b/10");
    write(files, "a");
    assertThat(files.list("")).containsExactly("a", "b/10", "b/2");
    assertThat(files.list("b/1")).containsExactly("b/10");
    assertThat(files.length("a")).isEqualTo(3);
    assertThat(read(files, 0, 3)).containsExactly(1, 2, 3);
    assertThat(read(files, 1, 1)).containsExactly(2);
    assertThat(read(files, 2, Long.MAX_VALUE)).containsExactly(3);
    assertThat(read(files, 7, 3)).isEmpty();
    assertThatThrownBy(() -> write(files, "a"))
        .isInstanceOf(java.nio.file.FileAlreadyExistsException.class);
    assertThatThrownBy(() -> write(files, "../x")).isInstanceOf(IllegalArgumentException.class);
    files.delete("a");
    files.delete("a");
    assertThatThrownBy(() -> files.read("a", 0, 1)).isInstanceOf(NoSuchFileException.class);
  }

  private static byte[] read(Storage storage, long offset, long length) throws IOException {
    try (InputStream in = storage.read("a", offset, length)) {
      return in.readAllBytes();
    }
  }

  private static void write(Storage storage, String name) throws IOException {
    try (OutputStream out = storage.create(name)) {
      out.write(new byte[] {1, 2, 3});
      out.flush();
      assertThat(storage.length(name)).isEqualTo(3);
    }
  }

  private static void age(Path directory) throws IOException {
    Files.setLastModifiedTime(directory, FileTime.fromMillis(1_000_000));
  }
}
