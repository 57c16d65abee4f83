package dev.sluice.executor.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.executor.api.KeyGroups;
import dev.sluice.executor.fixtures.MemoryStorage;
import dev.sluice.executor.fixtures.SmallDisk;
import dev.sluice.executor.state.SnapshotChains.Chain;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class SnapshotDamageTest {
  private static final SnapshotHeader HEADER =
      new SnapshotHeader(KeyGroups.HASH_NAME, 64, "job", "id", 1, 5, "stage", 0, null);

  private final MemoryStorage storage = new MemoryStorage();

  @Test
  void everyChangedByteIsFound() throws Exception {
    SnapshotObject object = write(20);
    byte[] bytes = storage.bytes("object");
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] = (byte) (changed[i] ^ (1 << (i % 8)));
      storage.put("object", changed);
      assertThatThrownBy(() -> readAll(object))
          .as("byte " + i)
          .isInstanceOf(SnapshotException.class);
      assertThatThrownBy(() -> SnapshotObjectCheck.check(storage, object))
          .isInstanceOf(SnapshotException.class)
          .hasMessageContaining("object in memory")
          .hasMessageMatching(".*(damaged at byte \\d+|cannot be read): .*");
    }
  }

  @Test
  void everyTruncationIsFound() throws Exception {
    SnapshotObject object = write(20);
    byte[] bytes = storage.bytes("object");
    for (int length = 0; length < bytes.length; length += 7) {
      storage.put("object", Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> readAll(object)).isInstanceOf(SnapshotException.class);
      assertThatThrownBy(() -> SnapshotObjectCheck.check(storage, object))
          .isInstanceOf(SnapshotException.class)
          .hasMessageContaining("it has " + length + " bytes in place of " + bytes.length);
    }
    storage.put("object", Arrays.copyOf(bytes, bytes.length + 1));
    assertThatThrownBy(() -> readAll(object)).hasMessageContaining("1 bytes follow its end");
  }

  @Test
  void anotherObjectOfTheSameLengthIsFound() throws Exception {
    SnapshotObject object = write(20);
    storage.delete("object");
    SnapshotRows rows = new SnapshotRows();
    for (int i = 0; i < 20; i++) {
      rows.put("table" + i % 3, i % 5 - 1, new byte[] {(byte) i}, new byte[] {2, 3});
    }
    SnapshotObjectWriter.write(storage, "object", HEADER, rows);
    assertThatThrownBy(() -> SnapshotObjectCheck.check(storage, object))
        .hasMessageContaining("another object");
  }

  @Test
  void aMissingObjectIsNamed() throws Exception {
    SnapshotObject object = write(1);
    storage.delete("object");
    assertThatThrownBy(() -> SnapshotObjectCheck.check(storage, object))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContaining("object in memory cannot be read");
  }

  @Test
  void aFullDiskLeavesNothing() {
    SnapshotRows rows = rows(20);
    SmallDisk disk = new SmallDisk(storage, 100);
    assertThatThrownBy(() -> SnapshotObjectWriter.write(disk, "object", HEADER, rows))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("No space left");
    assertThat(storage.list("")).isEmpty();
  }

  @Test
  void largeValuesAndManyRows() throws Exception {
    SnapshotRows rows = new SnapshotRows();
    for (int i = 0; i < 10_000; i++) {
      rows.put("a", i % 64, ByteBuffer.allocate(4).putInt(i).array(), new byte[100]);
    }
    rows.put("b", 3, new byte[0], new byte[20_000_000]);
    SnapshotObject object = SnapshotObjectWriter.write(storage, "object", HEADER, rows);
    assertThat(object.tables()).containsExactly("a", "b");
    assertThat(SnapshotObjectCheck.check(storage, object)).isEqualTo(HEADER);
    assertThat(readAll(object)).isEqualTo(10_001);
  }

  /**
   * Random damage, with and without checksums that fit: one kind of error, nothing huge allocated.
   */
  @Test
  void nothingCrashesTheReader() throws Exception {
    write(30);
    byte[] bytes = storage.bytes("object");
    Random random = new Random(20250101);
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] changed = bytes.clone();
      int changes = 1 + random.nextInt(4);
      for (int i = 0; i < changes; i++) {
        damage(changed, random);
      }
      if (random.nextInt(4) == 0) {
        changed = Arrays.copyOf(changed, random.nextInt(changed.length + 20));
      }
      if (random.nextBoolean()) {
        repairChecksums(changed);
      }
      storage.put("object", changed);
      try (SnapshotObjectReader reader = new SnapshotObjectReader(storage, "object")) {
        while (reader.advance()) {
          assertThat(reader.row().key().length).isLessThan(changed.length);
        }
      } catch (SnapshotException e) {
        assertThat(e).hasMessageContaining("object in memory");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(10_000);
  }

  private static void damage(byte[] bytes, Random random) {
    int at = random.nextInt(bytes.length - 4);
    switch (random.nextInt(3)) {
      case 0 -> bytes[at] = (byte) random.nextInt();
      case 1 -> ByteBuffer.wrap(bytes).putInt(at, random.nextInt());
      default ->
          ByteBuffer.wrap(bytes)
              .putInt(at, new int[] {-1, Integer.MAX_VALUE, 0, 1 << 30}[random.nextInt(4)]);
    }
  }

  /** Makes checksums fit as far as the structure can still be followed. */
  private static void repairChecksums(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (bytes.length < SnapshotFile.HEADER_START) {
      return;
    }
    int fields = buffer.getInt(6);
    long position = (long) SnapshotFile.HEADER_START + fields;
    if (fields < 0 || position + 4 > bytes.length) {
      return;
    }
    buffer.putInt((int) position, crc(bytes, 0, (int) position, 0, 0));
    position += 4;
    while (position + SnapshotFile.SLICE_START <= bytes.length) {
      int at = (int) position;
      boolean end = buffer.getInt(at) == SnapshotFile.END;
      int length = end ? 0 : buffer.getInt(at + 8);
      if (length < 0 || position + SnapshotFile.SLICE_START + length > bytes.length) {
        return;
      }
      buffer.putInt(at + 12, crc(bytes, at, 12, at + SnapshotFile.SLICE_START, length));
      position += SnapshotFile.SLICE_START + length;
    }
  }

  private static int crc(byte[] bytes, int from, int count, int rest, int restCount) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, from, count);
    checksum.update(bytes, rest, restCount);
    return (int) checksum.getValue();
  }

  private SnapshotObject write(int count) throws IOException {
    return SnapshotObjectWriter.write(storage, "object", HEADER, rows(count));
  }

  private static SnapshotRows rows(int count) {
    SnapshotRows rows = new SnapshotRows();
    for (int i = 0; i < count; i++) {
      rows.put("table" + i % 3, i % 5 - 1, new byte[] {(byte) i}, new byte[] {1, 2});
    }
    return rows;
  }

  private int readAll(SnapshotObject object) throws Exception {
    int[] count = {0};
    new SnapshotChains(
            storage, List.of(new Chain(List.of(object), true)), KeyGroupRange.ofPartition(0, 1, 64))
        .forEach((table, keyGroup, key, value) -> count[0]++);
    return count[0];
  }
}
