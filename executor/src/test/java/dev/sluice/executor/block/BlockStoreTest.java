package dev.sluice.executor.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.executor.common.FileStorage;
import dev.sluice.executor.fixtures.MemoryStorage;
import dev.sluice.executor.fixtures.SmallDisk;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockStoreTest {
  private static final int RECORDS = 50_000;

  private final MemoryStorage disk = new MemoryStorage();
  private final MemoryBudget budget = new MemoryBudget(1 << 20);
  private final BlockStore store = new BlockStore("job/", budget, disk);

  @AfterEach
  void nothingIsLeft() {
    assertThat(budget.used()).isZero();
    assertThat(budget.growing()).isZero();
    assertThat(store.spillFiles()).isZero();
    store.close();
    assertThat(disk.list("")).isEmpty();
  }

  @Test
  void keepsToTheBudgetAndSpillsTheRest() throws Exception {
    for (boolean encode : new boolean[] {false, true}) {
      BlockWriter writer = store.writer(new StringCodec(), encode);
      for (int i = 0; i < RECORDS; i++) {
        writer.append("record number " + i);
        assertThat(budget.used()).isLessThan(budget.limit() * 5 / 4);
      }
      Block block = writer.seal();
      assertThat(store.spillFiles()).isPositive();
      int[] next = {0};
      block.drain(record -> assertThat(record).isEqualTo("record number " + next[0]++));
      assertThat(next[0]).isEqualTo(RECORDS);
      assertThat(budget.used()).isZero();
      assertThat(store.spillFiles()).isZero();
    }
  }

  @Test
  void manySmallBlocksThatWaitKeepToTheBudgetToo() throws Exception {
    List<Block> waiting = new ArrayList<>();
    for (int i = 0; i < 200; i++) { // as much as ten budgets
      BlockWriter writer = store.writer(new StringCodec(), true);
      for (int record = 0; record < 2_000; record++) {
        writer.append("record number " + record);
      }
      waiting.add(writer.seal());
    }
    assertThat(budget.used()).isLessThan(budget.limit() * 5 / 4);
    for (Block block : waiting) {
      int[] next = {0};
      block.drain(record -> assertThat(record).isEqualTo("record number " + next[0]++));
      assertThat(next[0]).isEqualTo(2_000);
    }
  }

  @Test
  void whatComesFromElsewhereKeepsToTheBudgetToo() throws Exception {
    RecordFormat format = new RecordFormat("an edge", new StringCodec(), true);
    List<Block> received = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      BlockWriter writer = store.writer(format);
      for (int record = 0; record < 2_000; record++) {
        writer.append("record number " + record);
      }
      Block made = writer.seal();
      for (EncodedPiece piece : made.encodedPieces()) {
        List<byte[]> chunks = new ArrayList<>();
        for (ByteBuffer bytes : piece.load()) {
          byte[] chunk = new byte[bytes.remaining()];
          bytes.duplicate().get(chunk);
          chunks.add(chunk);
        }
        received.add(store.receive(format, chunks, (int) piece.records(), piece.crc32c()));
      }
      made.release();
    }
    assertThat(budget.used()).isLessThan(budget.limit() * 5 / 4);
    received.forEach(Block::release);
  }

  @Test
  void memoryComesBackWhileABlockIsDrained() throws Exception {
    BlockWriter writer = store.writer(new StringCodec(), false);
    for (int i = 0; i < 10_000; i++) {
      writer.append("");
    }
    Block block = writer.seal();
    long before = budget.used();
    int[] count = {0};
    block.drain(
        record -> {
          if (++count[0] == 9_000) {
            assertThat(budget.used()).isLessThan(before / 2);
          }
        });
  }

  @Test
  void aConsumerThatThrowsLeavesNothing() throws Exception {
    for (boolean encode : new boolean[] {false, true}) {
      BlockWriter writer = store.writer(new StringCodec(), encode);
      for (int i = 0; i < RECORDS; i++) {
        writer.append("record number " + i);
      }
      Block block = writer.seal();
      assertThatThrownBy(
              () ->
                  block.drain(
                      record -> {
                        throw new IllegalStateException("mine");
                      }))
          .hasMessage("mine");
      assertThat(budget.used()).isZero();
      assertThat(store.spillFiles()).isZero();
    }
  }

  @Test
  void aCodecsErrorComesFromAppendAndNamesTheEdge() throws Exception {
    BlockWriter writer =
        store.writer(new RecordFormat("the edge from A to B", new StringCodec(), true));
    writer.append("good");
    assertThatThrownBy(() -> writer.append("!bad"))
        .isInstanceOf(RecordCodecException.class)
        .hasMessageContaining("the edge from A to B")
        .hasMessageContaining("StringCodec")
        .hasMessageContaining("java.lang.String")
        .hasMessageContaining("unwanted")
        .hasRootCauseMessage("unwanted");
    writer.append("good too");
    assertThat(drain(writer.seal())).containsExactly("good", "good too");
  }

  @Test
  void aCodecThatReadsLessThanItWroteIsFound() throws Exception {
    BlockWriter writer =
        store.writer(new RecordFormat("the edge from A to B", new StringCodec(), true));
    writer.append("?forgotten");
    Block block = writer.seal();
    assertThatThrownBy(() -> drain(block))
        .isInstanceOf(RecordCodecException.class)
        .hasMessageContaining("the edge from A to B")
        .hasMessageContaining("must consume exactly");
  }

  @Test
  void byReferenceNothingIsRefusedForItsCodecBeforeItSpills() throws Exception {
    BlockWriter writer = store.writer(new StringCodec(), false);
    writer.append("!bad");
    assertThat(drain(writer.seal())).containsExactly("!bad");
  }

  @Test
  void aRecordThatCannotSpillFailsTheWriterWhole() {
    BlockWriter writer = store.writer(new StringCodec(), false);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < RECORDS; i++) {
                writer.append("!bad record " + i);
              }
            })
        .isInstanceOf(RecordCodecException.class)
        .hasMessageContaining("unwanted");
  }

  @Test
  void aRecordMayBeVeryLarge() throws Exception {
    for (boolean encode : new boolean[] {false, true}) {
      BlockWriter writer = store.writer(new BytesCodec(), encode);
      byte[] large = new byte[100_000_000];
      large[99_999_999] = 1;
      writer.append(new byte[1]);
      writer.append(large);
      writer.append(new byte[2]);
      List<Integer> sizes = new ArrayList<>();
      writer
          .seal()
          .drain(
              record -> {
                byte[] bytes = (byte[]) record;
                sizes.add(bytes.length);
                assertThat(bytes[bytes.length - 1]).isEqualTo((byte) (sizes.size() == 2 ? 1 : 0));
              });
      assertThat(sizes).containsExactly(1, 100_000_000, 2);
    }
  }

  @Test
  void aFullDiskIsAClearErrorAndLeavesNothing() {
    for (boolean encode : new boolean[] {false, true}) {
      BlockStore full = new BlockStore("job/", budget, new SmallDisk(disk, 3 << 20));
      BlockWriter writer = full.writer(new StringCodec(), encode);
      List<Block> blocks = new ArrayList<>();
      assertThatThrownBy(
              () -> {
                for (int i = 0; ; i++) {
                  writer.append("record number " + i);
                  if (i % 10_000 == 0) {
                    blocks.add(writer.seal());
                  }
                }
              })
          .isInstanceOf(SpillException.class)
          .hasMessageContaining("memory to memory")
          .hasMessageContaining("No space left")
          .hasMessageMatching("cannot write \\d+ bytes .*")
          .hasMessageContaining("raise the memory budget");
      blocks.forEach(Block::release);
      assertThat(full.spillFiles()).isZero();
      assertThat(disk.list("")).isEmpty();
    }
  }

  @Test
  void whatADiskChangesIsFound() throws Exception {
    for (int region = 0; region < 24; region++) {
      BlockWriter writer = store.writer(new StringCodec(), true);
      for (int i = 0; i < RECORDS; i++) {
        writer.append("record number " + i);
      }
      Block block = writer.seal();
      String file = disk.list("").get(0);
      byte[] bytes = disk.bytes(file);
      bytes[region] ^= 0x10;
      disk.put(file, bytes);
      assertThatThrownBy(() -> drain(block))
          .isInstanceOf(SpillException.class)
          .hasMessageContaining(file)
          .hasMessageContaining("offset 0");
    }
  }

  @Test
  void whatIsTornIsFound() throws Exception {
    BlockWriter writer = store.writer(new StringCodec(), true);
    for (int i = 0; i < RECORDS; i++) {
      writer.append("record number " + i);
    }
    Block block = writer.seal();
    String file = disk.list("").get(0);
    disk.put(file, java.util.Arrays.copyOf(disk.bytes(file), 1000));
    assertThatThrownBy(() -> drain(block))
        .isInstanceOf(SpillException.class)
        .hasMessageContaining("too short");
  }

  @Test
  void worksOnARealDisk(@TempDir Path directory) throws Exception {
    FileStorage files = new FileStorage(directory.resolve("spill"));
    try (BlockStore real = new BlockStore("job/", budget, files)) {
      BlockWriter writer = real.writer(new StringCodec(), false);
      assertThat(directory).isEmptyDirectory();
      for (int i = 0; i < RECORDS; i++) {
        writer.append("record number " + i);
      }
      Block block = writer.seal();
      assertThat(files.list("job/")).isNotEmpty();
      assertThat(drain(block)).hasSize(RECORDS).startsWith("record number 0", "record number 1");
      assertThat(files.list("")).isEmpty();
    }
  }

  @Test
  void filesAreSharedByManyBlocksAndLimited() throws Exception {
    SpillTuning tuning = new SpillTuning(16, 1 << 10, 16 << 10, 16, 3);
    MemoryBudget none = new MemoryBudget(0);
    try (BlockStore small = new BlockStore("job/", none, disk, tuning)) {
      List<Block> blocks = new ArrayList<>();
      BlockWriter writer = small.writer(new StringCodec(), false);
      for (int i = 0; i < 1000; i++) {
        writer.append("record number " + i);
        writer.append("record number " + i);
        blocks.add(writer.seal());
      }
      assertThat(small.spillFiles()).isBetween(3, 10);
      for (int i = 0; i < 1000; i++) {
        assertThat(drain(blocks.get(i)))
            .containsExactly("record number " + i, "record number " + i);
      }
      assertThat(small.spillFiles()).isZero();
      assertThat(none.used()).isZero();
    }
  }

  private static List<Object> drain(Block block) throws Exception {
    List<Object> records = new ArrayList<>();
    block.drain(records::add);
    return records;
  }
}
