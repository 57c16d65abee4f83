package dev.sluice.executor.block;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Ends the encoding of a record that is on disk because it is too large for memory, and that would
 * now have to be in memory in one piece, before it fills the heap.
 */
final class HeapLimit extends OutputStream {
  private static final long MOST = Runtime.getRuntime().maxMemory() / 4;

  private final String format;
  private final OutputStream out;
  private long bytes;

  HeapLimit(String format, OutputStream out) {
    this.format = format;
    this.out = out;
  }

  @Override
  public void write(int b) throws IOException {
    add(1);
    out.write(b);
  }

  @Override
  public void write(byte[] from, int offset, int length) throws IOException {
    add(length);
    out.write(from, offset, length);
  }

  private void add(int length) throws IOException {
    bytes += length;
    if (bytes > MOST) {
      throw new RecordCodecException(
          format
              + ": a record holds a group that is on disk because it is too large for memory, and"
              + " that would have to be encoded in one piece of more than "
              + MOST
              + " bytes (a quarter of the largest heap) to leave the process; iterate it in the"
              + " step behind its GroupByKey, and pass on its values one by one",
          null);
    }
  }
}
