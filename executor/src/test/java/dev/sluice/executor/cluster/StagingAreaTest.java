package dev.sluice.executor.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.executor.transport.control.StagedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagingAreaTest {
  @TempDir private Path directory;

  private StagingArea area() throws IOException {
    return new StagingArea(directory.resolve("staging"));
  }

  private StagedFile file(byte[] bytes) throws IOException {
    Path path = Files.write(directory.resolve("a.jar"), bytes);
    return StagingArea.describe(path, "a.jar");
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static void send(
      StagingArea area, Object sender, StagedFile file, byte[] bytes, int piece)
      throws IOException {
    int offset = 0;
    do {
      byte[] next = Arrays.copyOfRange(bytes, offset, Math.min(bytes.length, offset + piece));
      area.append(sender, file, offset, next);
      offset += next.length;
    } while (offset < bytes.length);
  }

  @Test
  void fileIsThereWhenAllOfItHasComeAndNotBefore() throws IOException {
    byte[] bytes = random(10_000);
    StagedFile file = file(bytes);
    try (StagingArea area = area()) {
      assertThat(area.missing(List.of(file, file))).containsExactly(file);
      area.append("me", file, 0, Arrays.copyOf(bytes, 9_999));
      assertThat(area.missing(List.of(file))).containsExactly(file);
      area.append("me", file, 9_999, Arrays.copyOfRange(bytes, 9_999, 10_000));

      assertThat(area.missing(List.of(file))).isEmpty();
      assertThat(Files.readAllBytes(area.path(file))).isEqualTo(bytes);
    }
    try (StagingArea later = area()) {
      assertThat(later.missing(List.of(file))).as("after a restart").isEmpty();
    }
  }

  @Test
  void sendersDoNotDisturbEachOther() throws IOException {
    byte[] bytes = random(3_000);
    StagedFile file = file(bytes);
    try (StagingArea area = area()) {
      area.append("slow", file, 0, Arrays.copyOf(bytes, 1_000));
      send(area, "fast", file, bytes, 700);
      area.append("slow", file, 1_000, Arrays.copyOfRange(bytes, 1_000, 3_000));

      assertThat(area.missing(List.of(file))).isEmpty();
    }
  }

  @Test
  void damagedFileIsRefusedAndLeavesNothing() throws IOException {
    byte[] bytes = random(2_000);
    StagedFile file = file(bytes);
    byte[] damaged = bytes.clone();
    damaged[1_234]++;
    try (StagingArea area = area()) {
      assertThatThrownBy(() -> send(area, "me", file, damaged, 500))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("a.jar has come damaged");
      assertThat(left()).isEmpty();

      send(area, "me", file, bytes, 500);
      assertThat(area.missing(List.of(file))).isEmpty();
    }
  }

  @Test
  void pieceThatDoesNotFollowIsRefused() throws IOException {
    byte[] bytes = random(2_000);
    StagedFile file = file(bytes);
    try (StagingArea area = area()) {
      assertThatThrownBy(() -> area.append("me", file, 100, new byte[10]))
          .hasMessageContaining("does not follow");
      area.append("me", file, 0, Arrays.copyOf(bytes, 500));
      assertThatThrownBy(() -> area.append("me", file, 400, new byte[10]))
          .hasMessageContaining("does not follow");
      area.append("me", file, 0, Arrays.copyOf(bytes, 500));
      assertThatThrownBy(() -> area.append("me", file, 500, new byte[2_000]))
          .as("more than the file has")
          .hasMessageContaining("does not follow");
      assertThat(left()).isEmpty();
    }
  }

  @Test
  void whoGoesAwayLeavesNothingBehind() throws IOException {
    byte[] bytes = random(2_000);
    StagedFile file = file(bytes);
    try (StagingArea area = area()) {
      area.append("me", file, 0, Arrays.copyOf(bytes, 500));
      assertThat(left()).hasSize(1);
      area.forget("me");
      assertThat(left()).isEmpty();
    }
  }

  @Test
  void piecesThatAreReadMakeTheFile() throws IOException {
    byte[] bytes = random(StagingArea.PIECE + 17);
    StagedFile file = file(bytes);
    try (StagingArea area = area()) {
      send(area, "me", file, bytes, StagingArea.PIECE);

      assertThat(area.read(file, 0)).isEqualTo(Arrays.copyOf(bytes, StagingArea.PIECE));
      assertThat(area.read(file, StagingArea.PIECE)).hasSize(17);
      assertThat(area.read(file, bytes.length)).isEmpty();
    }
  }

  @Test
  void whatNobodyHasUsedForLongIsDeleted() throws IOException {
    byte[] bytes = random(100);
    StagedFile file = file(bytes);
    try (StagingArea area = area()) {
      send(area, "me", file, bytes, 100);
      Instant longAgo = Instant.now().minus(Duration.ofDays(31));
      Files.setLastModifiedTime(area.path(file), FileTime.from(longAgo));
    }
    try (StagingArea area = area()) {
      assertThat(area.missing(List.of(file))).containsExactly(file);
    }
  }

  @Test
  void onlyAHashNamesAFile() {
    assertThatThrownBy(() -> new StagedFile("../../etc/passwd", "x", 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private List<Path> left() throws IOException {
    try (var files = Files.list(directory.resolve("staging"))) {
      return files.toList();
    }
  }
}
