package dev.sluice.executor.checkpoint;

import static dev.sluice.executor.checkpoint.Checkpoints.LAYOUT;
import static dev.sluice.executor.checkpoint.Checkpoints.bytes;
import static dev.sluice.executor.checkpoint.Checkpoints.rows;
import static dev.sluice.executor.checkpoint.Checkpoints.store;
import static dev.sluice.executor.checkpoint.Checkpoints.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.executor.api.KeyGroups;
import dev.sluice.executor.checkpoint.CheckpointException.Reason;
import dev.sluice.executor.common.FileStorage;
import dev.sluice.executor.fixtures.MemoryStorage;
import dev.sluice.executor.fixtures.SmallDisk;
import dev.sluice.executor.state.SnapshotRows;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {
  private static final RestoreChoice NONE = new RestoreChoice.None();
  private static final RestoreChoice LATEST = new RestoreChoice.Latest();

  private final MemoryStorage storage = new MemoryStorage();

  private CheckpointStore fresh() throws Exception {
    CheckpointStore store = store(storage, LAYOUT, "first");
    assertThat(store.restore(NONE)).isEmpty();
    return store;
  }

  private Restoration restore(RestoreChoice choice, JobLayout layout) throws Exception {
    return store(storage, layout, "second").restore(choice).orElseThrow();
  }

  @Test
  void whatWasCommittedComesBack() throws Exception {
    CheckpointStore store = fresh();
    for (int batch = 1; batch <= 7; batch++) {
      String name = take(store, 1, batch);
      Restoration restoration = restore(LATEST, LAYOUT);
      assertThat(restoration.name()).isEqualTo(name);
      assertThat(restoration.descriptor()).isEqualTo(Checkpoints.batch(1, batch));
      assertThat(restoration.sameProgram()).isTrue();
      assertThat(restoration.notes()).isEmpty();
      assertThat(rows(restoration, 0, 0)).containsExactlyEntriesOf(mapOf("mark/-1/", "1:" + batch));
      TreeMap<String, String> counts = rows(restoration, 1, 0);
      assertThat(counts)
          .hasSize(4)
          .containsEntry("counts/" + batch % 4 + "/key" + batch % 4, "1:" + batch);
      assertThat(rows(restoration, 1, 1)).hasSize(4);
    }
  }

  private static TreeMap<String, String> mapOf(String key, String value) {
    TreeMap<String, String> map = new TreeMap<>();
    map.put(key, value);
    return map;
  }

  @Test
  void twoAreKeptAndChainsAreBounded() throws Exception {
    CheckpointStore store = fresh();
    for (int batch = 1; batch <= 30; batch++) {
      take(store, 1, batch);
      assertThat(store.list()).hasSize(Math.min(batch, 2));
      assertThat(storage.list("rows-").size()).isLessThanOrEqualTo(3 * (4 + 4));
    }
    assertThat(store.list())
        .containsExactly(
            "checkpoint-r000001-b000000000030-first", "checkpoint-r000001-b000000000029-first");
    for (int stage = 0; stage < 2; stage++) {
      assertThat(restore(LATEST, LAYOUT).manifest().chain(stage, 0).size()).isBetween(1, 4);
    }
  }

  @Test
  void aChainEndsWhenItsChangesOutgrowIt() throws Exception {
    CheckpointStore store =
        new CheckpointStore(storage, LAYOUT, "first", new ChainPolicy(1000, 1.0));
    store.restore(NONE);
    int fulls = 0;
    for (int batch = 1; batch <= 20; batch++) {
      PendingCheckpoint pending = store.begin(Checkpoints.batch(1, batch));
      boolean full = pending.isFullDue(1, 0);
      fulls += full ? 1 : 0;
      for (int stage = 0; stage < 2; stage++) {
        for (int partition = 0; partition <= stage; partition++) {
          SnapshotRows rows = new SnapshotRows();
          rows.put("counts", 1, new byte[1], new byte[100_000]);
          pending.writeObject(stage, partition, rows, full);
        }
      }
      pending.commit();
    }
    assertThat(fulls).isBetween(3, 10);
  }

  @Test
  void whatOthersLeftIsNotTouchedUnasked() throws Exception {
    String name = take(fresh(), 1, 5);
    CheckpointStore second = store(storage, LAYOUT, "second");
    assertThatThrownBy(() -> second.restore(NONE))
        .isInstanceOfSatisfying(
            CheckpointException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED))
        .hasMessageContaining("memory holds checkpoints of another run")
        .hasMessageContaining(name)
        .hasMessageContaining("--restore=latest");
    assertThatThrownBy(() -> second.begin(Checkpoints.batch(1, 1)))
        .isInstanceOf(IllegalStateException.class);
    assertThat(second.list()).containsExactly(name);
  }

  @Test
  void latestOfNothingBeginsAnew() throws Exception {
    assertThat(store(storage, LAYOUT, "first").restore(LATEST)).isEmpty();
  }

  @Test
  void oneMayBeAskedForByName() throws Exception {
    CheckpointStore store = fresh();
    String older = take(store, 1, 5);
    String newer = take(store, 1, 6);
    assertThat(restore(RestoreChoice.parse(older), LAYOUT).descriptor().batch()).isEqualTo(5);
    assertThat(restore(RestoreChoice.parse(newer + ".manifest"), LAYOUT).descriptor().batch())
        .isEqualTo(6);
    for (String wrong : List.of("checkpoint-r000001-b000000000007-first", "x/../y")) {
      assertThatThrownBy(() -> restore(RestoreChoice.parse(wrong), LAYOUT))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("there is no checkpoint " + wrong)
          .hasMessageContaining(older)
          .hasMessageContaining(newer);
    }
    assertThat(RestoreChoice.parse("latest")).isEqualTo(LATEST);
    assertThat(RestoreChoice.parse("none")).isEqualTo(NONE);
  }

  @Test
  void aRunGoesOnFromAnother() throws Exception {
    CheckpointStore first = fresh();
    take(first, 1, 5);
    String base = take(first, 1, 6);
    CheckpointStore second = store(storage, LAYOUT, "second");
    assertThat(second.restore(LATEST)).isPresent();
    assertThat(second.nextRun()).isEqualTo(2);
    PendingCheckpoint pending = second.begin(Checkpoints.batch(2, 7));
    assertThat(pending.isFullDue(0, 0)).isTrue();
    Checkpoints.writeAll(pending);
    String next = pending.commit();
    assertThat(second.list()).containsExactly(next, base);
    String last = take(second, 2, 8);
    assertThat(second.list()).containsExactly(last, next);
    assertThat(rows(restore(LATEST, LAYOUT), 0, 0)).containsValue("2:8");
  }

  @Test
  void aCrashBeforeTheManifestLeavesTheOneBefore() throws Exception {
    CheckpointStore first = fresh();
    String base = take(first, 1, 5);
    Checkpoints.writeAll(first.begin(Checkpoints.batch(1, 6)));
    int objects = storage.list("rows-").size();
    CheckpointStore second = store(storage, LAYOUT, "second");
    assertThat(second.restore(LATEST)).map(Restoration::name).contains(base);
    assertThat(second.nextRun()).isEqualTo(2);
    take(second, 2, 6);
    assertThat(storage.list("rows-")).hasSize(objects).noneMatch(name -> name.contains("-a1-s"));
  }

  @Test
  void anOrphanOfALaterRunRaisesTheNumber() throws Exception {
    CheckpointStore first = fresh();
    take(first, 1, 5);
    CheckpointStore second = store(storage, LAYOUT, "second");
    second.restore(LATEST);
    Checkpoints.writeAll(second.begin(Checkpoints.batch(2, 6)));
    assertThat(store(storage, LAYOUT, "third").nextRun()).isEqualTo(3);
    assertThat(store(new MemoryStorage(), LAYOUT, "third").nextRun()).isEqualTo(1);
  }

  @Test
  void whatIsGivenUpIsMergedBackAndSwept() throws Exception {
    CheckpointStore store = fresh();
    take(store, 1, 1);
    PendingCheckpoint pending = store.begin(Checkpoints.batch(1, 2));
    assertThatThrownBy(() -> store.begin(Checkpoints.batch(1, 3)))
        .hasMessageContaining("batch 2 is under way");
    assertThatThrownBy(pending::commit).hasMessageContaining("incomplete");
    Checkpoints.writeAll(pending);
    assertThat(pending.isComplete()).isTrue();
    pending.abort();
    pending.abort();
    pending.writeObject(1, 0, new SnapshotRows(), true); // one that comes too late
    assertThatThrownBy(pending::commit).hasMessageContaining("has ended");
    assertThat(storage.list("rows-")).noneMatch(name -> name.contains("-a1-s"));
    PendingCheckpoint next = store.begin(Checkpoints.batch(1, 3));
    Checkpoints.writeAll(next);
    next.commit();
    assertThat(storage.list("rows-")).noneMatch(name -> name.contains("-a1-s")).hasSize(6);
    assertThat(restore(LATEST, LAYOUT).manifest().chain(0, 0)).hasSize(2);
  }

  @Test
  void aPartitionWritesOnceAndBeginsFull() throws Exception {
    PendingCheckpoint pending = fresh().begin(Checkpoints.batch(1, 1));
    assertThatThrownBy(() -> pending.writeObject(0, 0, new SnapshotRows(), false))
        .isInstanceOf(IllegalStateException.class);
    pending.writeObject(0, 0, new SnapshotRows(), true);
    assertThatThrownBy(() -> pending.writeObject(0, 0, new SnapshotRows(), true))
        .isInstanceOf(IllegalStateException.class);
    assertThat(pending.isComplete()).isFalse();
  }

  @Test
  void nothingChangedCostsNoObject() throws Exception {
    CheckpointStore store = fresh();
    take(store, 1, 1);
    int objects = storage.list("rows-").size();
    PendingCheckpoint pending = store.begin(Checkpoints.batch(1, 2));
    for (int partition = 0; partition < 2; partition++) {
      pending.writeObject(1, partition, new SnapshotRows(), false);
    }
    pending.writeObject(0, 0, new SnapshotRows(), false);
    pending.commit();
    assertThat(storage.list("rows-")).hasSize(objects);
    assertThat(rows(restore(LATEST, LAYOUT), 0, 0)).containsValue("1:1");
  }

  @Test
  void anotherProgramIsAcceptedWhereStateFits() throws Exception {
    take(fresh(), 1, 5);
    JobLayout more =
        new JobLayout(
            "renamed",
            "v2",
            KeyGroups.HASH_NAME,
            8,
            List.of(
                new StageLayout("new", 3, false),
                new StageLayout("read", 1, true),
                new StageLayout("count", 4, false)));
    Restoration restoration = restore(LATEST, more);
    assertThat(restoration.sameProgram()).isFalse();
    assertThat(restoration.knows(0)).isFalse();
    assertThat(rows(restoration, 0, 2)).isEmpty();
    assertThat(rows(restoration, 1, 0)).containsOnlyKeys("mark/-1/");
    assertThat(rows(restoration, 2, 1)).containsOnlyKeys("counts/2/key2", "counts/3/key3");
  }

  @Test
  void whatDoesNotFitIsListed() throws Exception {
    take(fresh(), 1, 5);
    JobLayout other =
        new JobLayout("other", "v2", "xxhash", 16, List.of(new StageLayout("read", 2, true)));
    assertThatThrownBy(() -> restore(LATEST, other))
        .isInstanceOfSatisfying(
            CheckpointException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED))
        .hasMessageContaining("keys were hashed by murmur3_32/0 and are hashed by xxhash")
        .hasMessageContaining("8 key groups, and the job has 16")
        .hasMessageContaining("'count' is not in the job; it has state in counts");
  }

  /**
   * What belongs to partitions and to no key comes to all of them; what they make of it is theirs.
   */
  @Test
  void rowsWithoutAKeyComeToAllPartitions() throws Exception {
    JobLayout two = keyed(2);
    CheckpointStore store = store(storage, two, "first");
    store.restore(NONE);
    for (long batch = 5; batch < 8; batch++) {
      PendingCheckpoint pending = store.begin(Checkpoints.batch(1, batch));
      for (int partition = 0; partition < 2; partition++) {
        SnapshotRows rows = new SnapshotRows();
        rows.put("watermark", -1, new byte[0], bytes(partition + ":" + batch));
        if (batch == 5) {
          rows.put("keys", partition * 4 + 3, bytes("key"), bytes("value" + partition));
          rows.put("gone", -1, new byte[0], bytes("soon"));
        } else if (batch == 6) {
          rows.delete("gone", -1, new byte[0]);
        }
        pending.writeObject(0, partition, rows, pending.isFullDue(0, partition));
      }
      pending.commit();
    }
    assertThat(inOrder(restore(LATEST, two), 1))
        .containsExactly("keys/7/value1", "watermark/-1/1:7");
    for (int partitions : new int[] {1, 3}) {
      Restoration other = restore(LATEST, keyed(partitions));
      List<String> keys = new ArrayList<>();
      for (int partition = 0; partition < partitions; partition++) {
        List<String> rows = inOrder(other, partition);
        keys.addAll(rows.subList(0, rows.size() - 2));
        assertThat(rows.subList(rows.size() - 2, rows.size()))
            .containsExactly("watermark/-1/0:7", "watermark/-1/1:7");
      }
      assertThat(keys).containsExactly("keys/3/value0", "keys/7/value1");
    }
  }

  private static List<String> inOrder(Restoration restoration, int partition) throws Exception {
    List<String> rows = new ArrayList<>();
    restoration
        .rows(0, partition)
        .forEach(
            (table, keyGroup, key, value) ->
                rows.add(table + "/" + keyGroup + "/" + new String(value, StandardCharsets.UTF_8)));
    return rows;
  }

  @Test
  void aStageThatReadASourceIsNoOther() throws Exception {
    take(fresh(), 1, 5);
    JobLayout other =
        new JobLayout(
            "job",
            "v1",
            KeyGroups.HASH_NAME,
            8,
            List.of(new StageLayout("read", 1, false), new StageLayout("count", 2, false)));
    assertThatThrownBy(() -> restore(LATEST, other))
        .hasMessageContaining("its stage 'read' read a source and does so no more");
  }

  private static JobLayout keyed(int partitions) {
    return new JobLayout(
        "job", "v1", KeyGroups.HASH_NAME, 8, List.of(new StageLayout("keyed", partitions, false)));
  }

  @Test
  void stagesOfOneNameAreToldApartByTheirOrder() throws Exception {
    JobLayout twins =
        new JobLayout(
            "job",
            "v1",
            KeyGroups.HASH_NAME,
            8,
            List.of(new StageLayout("twin", 1, false), new StageLayout("twin", 1, false)));
    CheckpointStore store = store(storage, twins, "first");
    store.restore(NONE);
    PendingCheckpoint pending = store.begin(Checkpoints.batch(1, 5));
    for (int stage = 0; stage < 2; stage++) {
      SnapshotRows rows = new SnapshotRows();
      rows.put("table", 0, new byte[0], Checkpoints.bytes("stage " + stage));
      pending.writeObject(stage, 0, rows, true);
    }
    pending.commit();
    Restoration restoration = restore(LATEST, twins);
    assertThat(rows(restoration, 0, 0)).containsValue("stage 0");
    assertThat(rows(restoration, 1, 0)).containsValue("stage 1");
  }

  @Test
  void aFullDiskLeavesTheLastCommitted() throws Exception {
    take(fresh(), 1, 5);
    for (int capacity = 0; capacity < 2500; capacity += 7) {
      MemoryStorage copy = new MemoryStorage();
      for (String name : storage.list("")) {
        copy.put(name, storage.bytes(name));
      }
      CheckpointStore store = store(new SmallDisk(copy, capacity), LAYOUT, "second");
      assertThat(store.restore(LATEST)).isPresent();
      Optional<String> taken;
      try {
        taken = Optional.of(take(store, 2, 6));
      } catch (CheckpointException e) {
        assertThat(e.reason()).isEqualTo(Reason.NOT_WRITTEN);
        assertThat(e)
            .hasMessageContaining("to ")
            .hasMessageContaining("memory")
            .hasMessageContaining("No space left")
            .hasMessageContaining("free space there");
        taken = Optional.empty();
      }
      Restoration after = store(copy, LAYOUT, "third").restore(LATEST).orElseThrow();
      assertThat(after.descriptor().batch()).isEqualTo(taken.isPresent() ? 6 : 5);
      assertThat(after.notes()).isEmpty();
    }
  }

  @Test
  void worksOnARealDisk(@TempDir Path directory) throws Exception {
    FileStorage files = FileStorage.durable(directory.resolve("checkpoints"));
    CheckpointStore store = store(files, LAYOUT, "first");
    assertThat(store.restore(LATEST)).isEmpty();
    for (int batch = 1; batch <= 4; batch++) {
      take(store, 1, batch);
    }
    Restoration restoration = store(files, LAYOUT, "second").restore(LATEST).orElseThrow();
    assertThat(rows(restoration, 0, 0)).containsValue("1:4");
  }

  @Test
  void manifestsAreReadableByPeople() throws Exception {
    String name = take(fresh(), 1, 5);
    String text = new String(storage.bytes(name + ".manifest"), StandardCharsets.UTF_8);
    assertThat(text.lines().limit(9))
        .containsExactly(
            "sluice-checkpoint\t1",
            "job\tword count\tjob-1",
            "program\tv1",
            "key-groups\tmurmur3_32/0\t8",
            "batch\t1\t5\tDATA\t1700000000000\t0\ttrue\tfalse\tfalse\tfalse\t100",
            "stages\t2",
            "stage\t1\tsource\tread",
            "stage\t2\tkeyed\tcount",
            "objects\t3");
    assertThat(text.lines().skip(9))
        .hasSize(4)
        .anyMatch(
            line ->
                line.matches(
                    "object\t1\t1\t\\d+\t[0-9a-f]{8}\t4\t0"
                        + "\trows-r000001-b000000000005-a0-s1-p1-first\t-\tcounts"));
  }
}
