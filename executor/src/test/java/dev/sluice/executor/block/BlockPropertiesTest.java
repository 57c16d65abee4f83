package dev.sluice.executor.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.executor.fixtures.MemoryStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class BlockPropertiesTest {
  private static final SpillTuning SMALL = new SpillTuning(16, 128, 512, 16, 3);

  private final MemoryStorage disk = new MemoryStorage();

  @Property(tries = 300)
  void whatIsDrainedIsWhatWasAppended(
      @ForAll @Size(max = 400) List<@StringLength(max = 20) String> records,
      @ForAll @IntRange(max = 3) int budgetSize,
      @ForAll boolean encode,
      @ForAll boolean readFirst)
      throws Exception {
    MemoryBudget budget = new MemoryBudget(new long[] {0, 300, 5_000, 1 << 20}[budgetSize]);
    try (BlockStore store = new BlockStore("test/", budget, disk, SMALL)) {
      List<String> clean = records.stream().map(r -> "r" + r).toList();
      BlockWriter writer = store.writer(new StringCodec(), encode);
      for (String record : clean) {
        writer.append(record);
      }
      Block block = writer.seal();
      assertThat(block.records()).isEqualTo(clean.size());
      assertThat(block.isEmpty()).isEqualTo(clean.isEmpty());
      assertThat(block.seal(7)).isEqualTo(new Seal(clean.size(), crc(clean, encode), 7));
      if (readFirst) {
        assertThat(read(block)).isEqualTo(clean);
      }
      assertThat(drain(block)).isEqualTo(clean);
      assertThat(drain(block)).isEmpty();
      assertThat(read(block)).isEmpty();
      block.release();
      assertThat(writer.seal()).isSameAs(Block.EMPTY);
      assertThat(budget.used()).isZero();
      assertThat(budget.growing()).isZero();
      assertThat(store.spillFiles()).isZero();
    }
    assertThat(disk.list("")).isEmpty();
  }

  @Property(tries = 100)
  void blocksOfSeveralWritersDoNotMix(
      @ForAll @Size(max = 300) List<@IntRange(max = 4) Integer> whose, @ForAll boolean encode)
      throws Exception {
    MemoryBudget budget = new MemoryBudget(2_000);
    try (BlockStore store = new BlockStore("test/", budget, disk, SMALL)) {
      RecordFormat format = new RecordFormat("the edge", new StringCodec(), encode);
      List<BlockWriter> writers = new ArrayList<>();
      List<List<String>> expected = new ArrayList<>();
      for (int i = 0; i <= 4; i++) {
        writers.add(store.writer(format));
        expected.add(new ArrayList<>());
      }
      for (int round = 0; round < 2; round++) {
        for (int i = 0; i < whose.size(); i++) {
          writers.get(whose.get(i)).append("record " + i);
          expected.get(whose.get(i)).add("record " + i);
        }
        writers.get(4).abort();
        expected.get(4).clear();
        List<Block> blocks = new ArrayList<>();
        for (BlockWriter writer : writers) {
          blocks.add(writer.seal());
        }
        blocks.get(3).release();
        expected.get(3).clear();
        for (int i = 0; i <= 4; i++) {
          assertThat(drain(blocks.get(i))).isEqualTo(expected.get(i));
          expected.get(i).clear();
        }
        assertThat(budget.used()).isZero();
        assertThat(store.spillFiles()).isZero();
      }
    }
  }

  private static int crc(List<String> records, boolean encode) throws Exception {
    if (!encode) {
      return 0;
    }
    RecordFormat format = new RecordFormat("reference", new StringCodec(), true);
    ChunkedBytes bytes = new ChunkedBytes();
    for (String record : records) {
      bytes.append(format, record);
    }
    CRC32C checksum = new CRC32C();
    bytes.updateChecksum(checksum);
    return (int) checksum.getValue();
  }

  private static List<Object> drain(Block block) throws Exception {
    List<Object> records = new ArrayList<>();
    block.drain(records::add);
    return records;
  }

  private static List<Object> read(Block block) throws Exception {
    List<Object> records = new ArrayList<>();
    block.read(records::add);
    return records;
  }
}
