package dev.sluice.executor.checkpoint;

import static dev.sluice.executor.checkpoint.Checkpoints.LAYOUT;
import static dev.sluice.executor.checkpoint.Checkpoints.rows;
import static dev.sluice.executor.checkpoint.Checkpoints.store;
import static dev.sluice.executor.checkpoint.Checkpoints.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.executor.checkpoint.CheckpointException.Reason;
import dev.sluice.executor.checkpoint.ManifestCodec.MalformedManifest;
import dev.sluice.executor.fixtures.MemoryStorage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CheckpointDamageTest {
  /** Held, for the logging keeps its level only as long as somebody does. */
  private static final Logger LOG = Logger.getLogger(CheckpointStore.class.getName());

  private final MemoryStorage storage = new MemoryStorage();
  private String older;
  private String newer;

  @BeforeAll
  static void quiet() {
    LOG.setLevel(Level.OFF); // thousands of warnings are expected here
  }

  @AfterAll
  static void loud() {
    LOG.setLevel(null);
  }

  @BeforeEach
  void twoCheckpoints() throws Exception {
    CheckpointStore store = store(storage, LAYOUT, "first");
    store.restore(new RestoreChoice.None());
    older = take(store, 1, 5);
    newer = take(store, 1, 6);
  }

  @Test
  void everyChangedByteOfAManifestIsFound() throws Exception {
    byte[] bytes = storage.bytes(newer + ".manifest");
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] = (byte) (changed[i] ^ (1 << (i % 8)));
      expectDamage(newer + ".manifest", changed);
    }
  }

  @Test
  void everyTruncationOfAManifestIsFound() throws Exception {
    byte[] bytes = storage.bytes(newer + ".manifest");
    for (int length = 0; length < bytes.length; length += 7) {
      expectDamage(newer + ".manifest", Arrays.copyOf(bytes, length));
    }
    expectDamage(newer + ".manifest", Arrays.copyOf(bytes, bytes.length + 1));
  }

  @Test
  void everyChangedByteAndTruncationOfAnObjectIsFound() throws Exception {
    String object = onlyInNewer();
    byte[] bytes = storage.bytes(object);
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] = (byte) (changed[i] ^ (1 << (i % 8)));
      expectDamage(object, changed);
    }
    for (int length = 0; length < bytes.length; length += 7) {
      expectDamage(object, Arrays.copyOf(bytes, length));
    }
  }

  /**
   * Named, it is an error that says what else there is; as the latest, the one before takes its
   * place.
   */
  private void expectDamage(String object, byte[] bytes) throws Exception {
    byte[] whole = storage.bytes(object);
    storage.put(object, bytes);
    assertThatThrownBy(
            () -> store(storage, LAYOUT, "second").restore(new RestoreChoice.Named(newer)))
        .isInstanceOfSatisfying(
            CheckpointException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DAMAGED))
        .hasMessageContaining("the checkpoint " + newer + " cannot be used")
        .hasMessageContaining(object + " in memory")
        .hasMessageContaining("--restore=NAME: " + older);
    Restoration fallen =
        store(storage, LAYOUT, "second").restore(new RestoreChoice.Latest()).orElseThrow();
    assertThat(fallen.name()).isEqualTo(older);
    assertThat(fallen.notes()).hasSize(1);
    assertThat(fallen.notes().get(0)).contains(object, "an older one is tried");
    assertThat(rows(fallen, 0, 0)).containsValue("1:5");
    storage.put(object, whole);
  }

  @Test
  void aMissingObjectIsFound() throws Exception {
    storage.delete(onlyInNewer());
    assertThatThrownBy(
            () -> store(storage, LAYOUT, "second").restore(new RestoreChoice.Named(newer)))
        .hasMessageContaining(" cannot be read");
  }

  @Test
  void objectsThatChangedPlacesAreFound() throws Exception {
    byte[] manifest = storage.bytes(newer + ".manifest");
    String text = new String(manifest, StandardCharsets.UTF_8);
    String swapped =
        text.replace("object\t1\t0\t", "object\t1\t9\t")
            .replace("object\t1\t1\t", "object\t1\t0\t")
            .replace("object\t1\t9\t", "object\t1\t1\t");
    expectDamage(newer + ".manifest", swapped.getBytes(StandardCharsets.UTF_8));
    storage.put(newer + ".manifest", withChecksum(swapped.getBytes(StandardCharsets.UTF_8)));
    assertThatThrownBy(
            () -> store(storage, LAYOUT, "second").restore(new RestoreChoice.Named(newer)))
        .hasMessageContaining("is not an object of partition 0 of the stage 'count'");
  }

  @Test
  void whenNoneIsWholeTheJobDoesNotBeginAnewUnasked() throws Exception {
    storage.put(older + ".manifest", new byte[3]);
    storage.put(newer + ".manifest", new byte[0]);
    assertThatThrownBy(() -> store(storage, LAYOUT, "second").restore(new RestoreChoice.Latest()))
        .isInstanceOfSatisfying(
            CheckpointException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DAMAGED))
        .hasMessageContaining("none of the 2 checkpoints in memory can be used")
        .hasMessageContaining(newer)
        .hasMessageContaining("it has only 0 bytes");
  }

  /** A cluster that vanishes in its first commit can be begun again by the same command. */
  @Test
  void whenOnlyFirstCommitsWereTornTheJobBeginsAnew() throws Exception {
    byte[] whole = storage.bytes(newer + ".manifest");
    MemoryStorage other = new MemoryStorage();
    String first = "checkpoint-r000001-b000000000003-a.manifest";
    other.put(first, Arrays.copyOf(whole, 20));
    assertThat(store(other, LAYOUT, "second").restore(new RestoreChoice.Latest())).isEmpty();

    String again = "checkpoint-r000002-b000000000004-b.manifest";
    other.put(again, new byte[0]);
    CheckpointStore third = store(other, LAYOUT, "third");
    assertThat(third.restore(new RestoreChoice.Latest())).isEmpty();
    assertThat(third.nextRun()).isEqualTo(3);
    String committed = take(third, 3, 0);
    assertThat(other.list("checkpoint-")).containsExactly(committed + ".manifest");

    other.put(first, Arrays.copyOf(whole, 20));
    byte[] changed = other.bytes(committed + ".manifest");
    changed[10] ^= 1;
    other.put(committed + ".manifest", changed);
    assertThatThrownBy(() -> store(other, LAYOUT, "fourth").restore(new RestoreChoice.Latest()))
        .as("this one came to its end, and is damaged")
        .hasMessageContaining("none of the 2 checkpoints");
  }

  @Test
  void aManifestOfALaterVersionSaysSo() throws Exception {
    String text = new String(storage.bytes(newer + ".manifest"), StandardCharsets.UTF_8);
    String later = text.replace("sluice-checkpoint\t1\n", "sluice-checkpoint\t2\n");
    storage.put(newer + ".manifest", withChecksum(later.getBytes(StandardCharsets.UTF_8)));
    assertThatThrownBy(
            () -> store(storage, LAYOUT, "second").restore(new RestoreChoice.Named(newer)))
        .hasMessageContaining("version 2, and this Sluice reads version 1");
  }

  /** Random damage, mostly with a checksum that fits: one kind of error. */
  @Test
  void nothingCrashesTheCodec() throws Exception {
    byte[] bytes = storage.bytes(newer + ".manifest");
    Manifest original = ManifestCodec.decode(bytes);
    assertThat(ManifestCodec.encode(original)).isEqualTo(bytes);
    Random random = new Random(20250101);
    byte[] pieces = "\t\n\\-9e0x".getBytes(StandardCharsets.UTF_8);
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] changed = bytes.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        int at = random.nextInt(changed.length);
        changed[at] =
            random.nextBoolean() ? (byte) random.nextInt() : pieces[random.nextInt(pieces.length)];
      }
      if (random.nextInt(4) == 0) {
        changed = Arrays.copyOf(changed, random.nextInt(changed.length + 20));
      }
      if (random.nextInt(8) > 0) {
        changed = withChecksum(changed);
      }
      try {
        ManifestCodec.encode(ManifestCodec.decode(changed));
      } catch (MalformedManifest e) {
        assertThat(e).hasMessageMatching("(?s).{10,}");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(5_000);
  }

  private static byte[] withChecksum(byte[] bytes) {
    int body = bytes.length - "end\t12345678\n".length();
    if (body < 0) {
      return bytes;
    }
    byte[] end =
        ("end\t" + ManifestCodec.hex(ManifestCodec.checksum(bytes, body)) + "\n")
            .getBytes(StandardCharsets.UTF_8);
    byte[] whole = Arrays.copyOf(bytes, bytes.length);
    System.arraycopy(end, 0, whole, body, end.length);
    return whole;
  }

  private String onlyInNewer() {
    return storage.list("rows-").stream()
        .filter(name -> name.contains("-b000000000006-"))
        .findFirst()
        .orElseThrow();
  }
}
