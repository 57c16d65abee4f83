package dev.sluice.executor.block;

import dev.sluice.executor.api.RecordCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * How the records of one edge are held: by reference or encoded, by which codec, and how large they
 * are on average. Make one per edge and job, and share it among all writers of the edge.
 * Thread-safe.
 */
public final class RecordFormat {
  /** Records that are known to have so many bytes are counted one by one. */
  private static final int LARGE = 8 << 10;

  private final String name;
  private final RecordCodec codec;
  private final boolean encoded;
  private final SizeEstimate size;

  /** Null if every record is encoded. */
  private final KeptRecords kept;

  /** Whether the records stay in the process. */
  private final boolean stays;

  /**
   * Describes the records of an edge.
   *
   * @param name names the edge in errors, such as {@code "the edge from A to B"}
   * @param codec writes and reads the records
   * @param encoded whether records are encoded when they are appended and decoded when they are
   *     read, although they stay in the process
   */
  public RecordFormat(String name, RecordCodec codec, boolean encoded) {
    this(name, codec, encoded, SizeEstimate.ofRecords(), null, true);
  }

  private RecordFormat(
      String name,
      RecordCodec codec,
      boolean encoded,
      SizeEstimate size,
      KeptRecords kept,
      boolean stays) {
    this.name = name;
    this.codec = codec;
    this.encoded = encoded;
    this.size = size;
    this.kept = kept;
    this.stays = stays;
  }

  /** For values that stay in a table for long, whose sizes are looked at more often. */
  static RecordFormat ofGroupedValues(RecordCodec codec) {
    return new RecordFormat(
        "a grouping", codec, false, SizeEstimate.ofGroupedValues(), new KeptRecords(), true);
  }

  /** The same edge towards another process: every record is encoded, whole. */
  public RecordFormat leaving() {
    return new RecordFormat(name, codec, true, SizeEstimate.ofRecords(), null, false);
  }

  /**
   * The same for one block, or a part of one: records that are on disk already are not encoded but
   * kept, until the block is gone.
   */
  RecordFormat keeping() {
    return stays ? new RecordFormat(name, codec, encoded, size, new KeptRecords(), true) : this;
  }

  /** The name of the edge, for errors. */
  public String name() {
    return name;
  }

  boolean encoded() {
    return encoded;
  }

  SizeEstimate size() {
    return size;
  }

  /** Takes a sample; large records are counted one by one and would only spoil the average. */
  void sample(Object record) {
    int known = codec.knownBytes(record);
    if (known >= 0 && known < LARGE) {
      size.sample(codec::encode, record);
    }
  }

  /** Whether a record is to be kept as it is rather than encoded. */
  boolean keeps(Object record) {
    return kept != null && codec.knownBytes(record) == RecordCodec.ON_DISK;
  }

  /** Keeps a record and gives its number, from 0. */
  int keep(Object record) {
    return kept.add(record);
  }

  /** The record of that number. */
  Object kept(int number) throws IOException {
    if (kept == null) {
      throw new RecordCodecException(name + ": a record of negative length", null);
    }
    return kept.get(number);
  }

  /** The bytes of a record that is to be counted by itself, 0 if the average stands for it. */
  int largeBytes(Object record) {
    int known = codec.knownBytes(record);
    return known < LARGE ? 0 : known;
  }

  void encode(Object record, OutputStream out) throws IOException {
    boolean onDisk = kept == null && codec.knownBytes(record) == RecordCodec.ON_DISK;
    try {
      codec.encode(record, onDisk ? new HeapLimit(name, out) : out);
    } catch (RecordCodecException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new RecordCodecException(
          name + ": the codec " + codec + " cannot encode " + kindOf(record) + ": " + e, e);
    }
  }

  /** Reads one record, whose encoding ends where {@code in} ends. */
  Object decode(InputStream in) throws IOException {
    Object record;
    try {
      record = codec.decode(in);
    } catch (IOException | RuntimeException e) {
      throw new RecordCodecException(
          name + ": the codec " + codec + " cannot decode what it encoded: " + e, e);
    }
    if (in.read() >= 0) {
      throw new RecordCodecException(
          name
              + ": the codec "
              + codec
              + " decoded "
              + kindOf(record)
              + " but left bytes of its encoding unread; decode must consume exactly what encode wrote",
          null);
    }
    return record;
  }

  private static String kindOf(Object record) {
    return record == null ? "null" : "a record of " + record.getClass();
  }

  @Override
  public String toString() {
    return name;
  }
}
