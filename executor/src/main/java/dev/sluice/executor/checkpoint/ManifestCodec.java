package dev.sluice.executor.checkpoint;

import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.api.BatchKind;
import dev.sluice.executor.state.SnapshotObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Manifests as text that people can read, version 1. Lines end with {@code \n}, fields are parted
 * by tabs; in a field, {@code \\ \t \n \r} stand for a backslash and for the characters.
 *
 * <pre>
 *   sluice-checkpoint  1
 *   job                NAME  ID
 *   program            FINGERPRINT
 *   key-groups         HASH  COUNT
 *   batch              RUN  BATCH  KIND  PROCESSING-TIME  LAYOUT
 *                        CHECKPOINT  SEAL-ENDED  RELEASE-WITHHELD  DRAINING  MAX-RECORDS-PER-SPLIT
 *   stages             COUNT
 *   stage              PARTITIONS  source|keyed  NAME          one line each, by id
 *   objects            COUNT
 *   object             STAGE  PARTITION  LENGTH  CRC32C  ROWS  UNKEYED-ROWS  NAME  PARENT|-  TABLE*
 *                                                              one line each, by stage, partition, place in the chain
 *   end                CRC32C of all bytes before this line
 * </pre>
 */
final class ManifestCodec {
  static final int VERSION = 1;

  /** No manifest is larger: some 100,000 objects. */
  static final long MAX_LENGTH = 64 << 20;

  private static final String MAGIC = "sluice-checkpoint";

  private ManifestCodec() {}

  static byte[] encode(Manifest manifest) {
    StringBuilder text = new StringBuilder();
    JobLayout layout = manifest.layout();
    BatchDescriptor batch = manifest.descriptor();
    line(text, MAGIC, VERSION);
    line(text, "job", layout.jobName(), batch.jobId());
    line(text, "program", layout.fingerprint());
    line(text, "key-groups", layout.hashName(), layout.maxParallelism());
    line(
        text,
        "batch",
        batch.run(),
        batch.batch(),
        batch.kind(),
        batch.processingTime(),
        batch.layout(),
        batch.checkpoint(),
        batch.sealEnded(),
        batch.releaseWithheld(),
        batch.draining(),
        batch.maxRecordsPerSplit());
    line(text, "stages", layout.stages().size());
    for (StageLayout stage : layout.stages()) {
      line(text, "stage", stage.partitions(), stage.source() ? "source" : "keyed", stage.name());
    }
    line(text, "objects", manifest.entries().size());
    for (Manifest.Entry entry : manifest.entries()) {
      objectLine(text, entry);
    }
    byte[] lines = text.toString().getBytes(StandardCharsets.UTF_8);
    text.setLength(0);
    line(text, "end", hex(checksum(lines, lines.length)));
    byte[] end = text.toString().getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(lines, lines.length + end.length);
    System.arraycopy(end, 0, all, lines.length, end.length);
    return all;
  }

  private static void objectLine(StringBuilder text, Manifest.Entry entry) {
    SnapshotObject object = entry.object();
    List<Object> fields = new ArrayList<>();
    fields.add(entry.stage());
    fields.add(entry.partition());
    fields.add(object.length());
    fields.add(hex(object.crc32c()));
    fields.add(object.rows());
    fields.add(object.unkeyedRows());
    fields.add(object.name());
    fields.add(object.full() ? "-" : object.parent());
    fields.addAll(object.tables());
    line(text, "object", fields.toArray());
  }

  private static void line(StringBuilder text, String kind, Object... fields) {
    text.append(kind);
    for (Object field : fields) {
      text.append('\t').append(escape(String.valueOf(field)));
    }
    text.append('\n');
  }

  private static String escape(String field) {
    return field
        .replace("\\", "\\\\")
        .replace("\t", "\\t")
        .replace("\n", "\\n")
        .replace("\r", "\\r");
  }

  static int checksum(byte[] bytes, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, length);
    return (int) checksum.getValue();
  }

  static String hex(int value) {
    return String.format("%08x", value);
  }

  /**
   * Reads a manifest.
   *
   * @throws MalformedManifest if these are not the bytes of one
   */
  static Manifest decode(byte[] bytes) throws MalformedManifest {
    ManifestLines lines = ManifestLines.of(bytes);
    lines.next(MAGIC);
    int version = lines.integer(0, Integer.MAX_VALUE);
    if (version != VERSION) {
      throw new MalformedManifest(
          "its format has version " + version + ", and this Sluice reads version " + VERSION);
    }
    lines.next("job");
    String jobName = lines.text();
    String jobId = lines.text();
    lines.next("program");
    String fingerprint = lines.text();
    lines.next("key-groups");
    String hashName = lines.text();
    int maxParallelism = lines.integer(1, Integer.MAX_VALUE);
    BatchDescriptor descriptor = descriptor(lines, jobId);
    List<StageLayout> stages = stages(lines);
    JobLayout layout = new JobLayout(jobName, fingerprint, hashName, maxParallelism, stages);
    List<Manifest.Entry> entries = entries(lines, stages);
    lines.finish();
    return new Manifest(layout, descriptor, entries);
  }

  private static BatchDescriptor descriptor(ManifestLines lines, String jobId)
      throws MalformedManifest {
    lines.next("batch");
    return new BatchDescriptor(
        jobId,
        lines.integer(0, Integer.MAX_VALUE),
        lines.number(0, Long.MAX_VALUE),
        kind(lines.text()),
        lines.number(Long.MIN_VALUE, Long.MAX_VALUE),
        lines.integer(Integer.MIN_VALUE, Integer.MAX_VALUE),
        lines.truth(),
        lines.truth(),
        lines.truth(),
        lines.truth(),
        lines.number(Long.MIN_VALUE, Long.MAX_VALUE));
  }

  private static BatchKind kind(String text) throws MalformedManifest {
    for (BatchKind kind : BatchKind.values()) {
      if (kind.name().equals(text)) {
        return kind;
      }
    }
    throw new MalformedManifest("there is no kind of batch named " + text);
  }

  private static List<StageLayout> stages(ManifestLines lines) throws MalformedManifest {
    lines.next("stages");
    int count = lines.integer(0, Integer.MAX_VALUE);
    List<StageLayout> stages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.next("stage");
      int partitions = lines.integer(1, Integer.MAX_VALUE);
      String kind = lines.text();
      if (!kind.equals("source") && !kind.equals("keyed")) {
        throw new MalformedManifest("there is no kind of stage named " + kind);
      }
      stages.add(new StageLayout(lines.text(), partitions, kind.equals("source")));
    }
    return stages;
  }

  private static List<Manifest.Entry> entries(ManifestLines lines, List<StageLayout> stages)
      throws MalformedManifest {
    lines.next("objects");
    int count = lines.integer(0, Integer.MAX_VALUE);
    List<Manifest.Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.next("object");
      int stage = lines.integer(0, stages.size() - 1);
      int partition = lines.integer(0, stages.get(stage).partitions() - 1);
      long length = lines.number(0, Long.MAX_VALUE);
      int crc32c = lines.hex();
      long rows = lines.number(0, Long.MAX_VALUE);
      long unkeyed = lines.number(0, rows);
      String name = lines.text();
      String parent = lines.text();
      SnapshotObject object =
          new SnapshotObject(
              name,
              length,
              crc32c,
              rows,
              unkeyed,
              lines.rest(),
              parent.equals("-") ? null : parent);
      entries.add(new Manifest.Entry(stage, partition, object));
    }
    return entries;
  }

  /** The bytes are not those of a manifest. */
  static class MalformedManifest extends Exception {
    private static final long serialVersionUID = 1;

    MalformedManifest(String message) {
      super(message);
    }
  }

  /** The bytes end too early: whoever wrote them did not come to the end. */
  static final class TornManifest extends MalformedManifest {
    private static final long serialVersionUID = 1;

    TornManifest(String message) {
      super("it is torn: " + message);
    }
  }
}
