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

  /**
   * Describes the records of an edge.
   *
   * @param name names the edge in errors, such as {@code "the edge from A to B"}
   * @param codec writes and reads the records
   * @param encoded whether records are encoded when they are appended and decoded when they are
   *     read, although they stay in the process
   */
  public RecordFormat(String name, RecordCodec codec, boolean encoded) {
    this(name, codec, encoded, SizeEstimate.ofRecords());
  }

  private RecordFormat(String name, RecordCodec codec, boolean encoded, SizeEstimate size) {
    this.name = name;
    this.codec = codec;
    this.encoded = encoded;
    this.size = size;
  }

  /** For values that stay in a table for long, whose sizes are looked at more often. */
  static RecordFormat ofGroupedValues(RecordCodec codec) {
    return new RecordFormat("a grouping", codec, false, SizeEstimate.ofGroupedValues());
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
    if (largeBytes(record) == 0) {
      size.sample(codec::encode, record);
    }
  }

  /** The bytes of a record that is to be counted by itself, 0 if the average stands for it. */
  int largeBytes(Object record) {
    int known = codec.knownBytes(record);
    return known < LARGE ? 0 : known;
  }

  void encode(Object record, OutputStream out) throws IOException {
    try {
      codec.encode(record, out);
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
