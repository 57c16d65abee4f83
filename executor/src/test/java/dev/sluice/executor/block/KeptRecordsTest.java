package dev.sluice.executor.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.executor.api.Grouping;
import dev.sluice.executor.api.KeyGroups;
import dev.sluice.executor.api.RecordCodec;
import dev.sluice.executor.fixtures.MemoryStorage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Records that are on disk already are not written again with their neighbours. */
class KeptRecordsTest {
  private static final int RECORDS = 50_000;

  private final MemoryStorage disk = new MemoryStorage();
  private final MemoryBudget budget = new MemoryBudget(1 << 20);
  private final BlockStore store = new BlockStore("job/", budget, disk);

  /** Without end, as far as a heap is concerned. */
  private record Endless(int number) {}

  private static final class EndlessCodec implements RecordCodec {
    private static final long serialVersionUID = 1;

    @Override
    public void encode(Object record, OutputStream out) throws IOException {
      if (record instanceof String string) {
        new StringCodec().encode(string, out);
        return;
      }
      byte[] piece = new byte[1 << 16];
      while (true) {
        out.write(piece);
      }
    }

    @Override
    public Object decode(InputStream in) throws IOException {
      return new StringCodec().decode(in);
    }

    @Override
    public int knownBytes(Object record) {
      return record instanceof Endless ? ON_DISK : 0;
    }
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(budget.used()).isZero();
    store.close();
    assertThat(disk.list("")).isEmpty();
  }

  private static List<Object> records() {
    List<Object> records = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      records.add(i % 1000 == 7 ? new Endless(i) : "record number " + i);
    }
    return records;
  }

  @Test
  void blocksThatSpillKeepThemInTheirPlace() throws Exception {
    for (boolean encode : new boolean[] {false, true}) {
      BlockWriter writer = store.writer(new EndlessCodec(), encode);
      for (int round = 0; round < 2; round++) {
        for (Object record : records()) {
          writer.append(record);
        }
        Block block = writer.seal();
        assertThat(store.spillFiles()).isPositive();
        List<Object> read = new ArrayList<>();
        block.read(read::add);
        assertThat(read).isEqualTo(records());
        read.clear();
        block.drain(read::add);
        assertThat(read).isEqualTo(records());
      }
    }
  }

  @Test
  void groupsThatSpillKeepThemInTheirPlace() throws Exception {
    byte[] key = "key".getBytes(StandardCharsets.UTF_8);
    List<Object> read = new ArrayList<>();
    try (Grouping grouping = store.grouping(new EndlessCodec())) {
      for (Object record : records()) {
        grouping.add(KeyGroups.hash(key), key, record);
      }
      assertThat(store.spillFiles()).isPositive();
      grouping.drain((of, values) -> values.forEach(read::add));
    }
    assertThat(read).isEqualTo(records());
  }

  @Test
  void towardsAnotherProcessTheyAreRefusedBeforeTheyFillTheHeap() throws Exception {
    RecordFormat edge = new RecordFormat("the edge from A to B", new EndlessCodec(), true);
    BlockWriter writer = store.writer(edge.leaving());
    writer.append("before");
    assertThatThrownBy(() -> writer.append(new Endless(0)))
        .isInstanceOf(RecordCodecException.class)
        .hasMessageContaining("the edge from A to B")
        .hasMessageContaining("too large for memory")
        .hasMessageContaining("pass on its values one by one");
    writer.append("behind");
    List<Object> read = new ArrayList<>();
    writer.seal().drain(read::add);
    assertThat(read).containsExactly("before", "behind");
  }
}
