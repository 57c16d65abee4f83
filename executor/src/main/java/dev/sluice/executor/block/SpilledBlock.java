package dev.sluice.executor.block;

import dev.sluice.executor.api.RecordConsumer;
import dev.sluice.executor.block.SpillFiles.SpillFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A slab on disk (drawn at {@link SpillFiles}). Read whole and checked before the first record is
 * given.
 */
final class SpilledBlock implements Block, EncodedPiece {
  private final SpillFiles files;
  private final SpillFile file;
  private final long offset;
  private final int bytes;
  private final int records;
  private final int crc32c;
  private final RecordFormat format;
  private boolean released;

  SpilledBlock(
      SpillFiles files,
      SpillFile file,
      long offset,
      int bytes,
      int records,
      int crc32c,
      RecordFormat format) {
    this.files = files;
    this.file = file;
    this.offset = offset;
    this.bytes = bytes;
    this.records = records;
    this.crc32c = crc32c;
    this.format = format;
  }

  @Override
  public long records() {
    return records;
  }

  @Override
  public int crc32c() {
    return crc32c;
  }

  @Override
  public List<EncodedPiece> encodedPieces() {
    return List.of(this);
  }

  @Override
  public List<ByteBuffer> load() throws IOException {
    if (released) {
      throw new IOException("the block has been given away already");
    }
    return List.of(ByteBuffer.wrap(loadBody()));
  }

  @Override
  public void read(RecordConsumer consumer) throws Exception {
    if (!released) {
      give(loadBody(), consumer);
    }
  }

  @Override
  public void drain(RecordConsumer consumer) throws Exception {
    if (released) {
      return;
    }
    byte[] body;
    try {
      body = loadBody();
    } finally {
      release();
    }
    give(body, consumer);
  }

  private void give(byte[] body, RecordConsumer consumer) throws Exception {
    RecordInput in = new RecordInput(new ByteArrayInputStream(body));
    for (int i = 0; i < records; i++) {
      consumer.accept(in.next(format));
    }
  }

  private byte[] loadBody() throws IOException {
    byte[] header = new byte[SpillFiles.HEADER];
    byte[] body;
    try (InputStream in =
        files.storage().read(file.name, offset, (long) SpillFiles.HEADER + bytes)) {
      int inHeader = in.readNBytes(header, 0, header.length);
      body = in.readNBytes(bytes);
      expect(inHeader == header.length && body.length == bytes, "the file is too short");
    } catch (SpillException e) {
      throw e;
    } catch (IOException e) {
      throw SpillException.cannotRead(files.storage(), file.name, offset, e);
    }
    expect(BigEndian.getInt(header, 0) == SpillFiles.MAGIC, "there is no slab");
    expect(
        BigEndian.getInt(header, 4) == records
            && BigEndian.getInt(header, 8) == bytes
            && BigEndian.getInt(header, 12) == crc32c,
        "the slab is another one");
    CRC32C checksum = new CRC32C();
    checksum.update(body);
    expect((int) checksum.getValue() == crc32c, "the checksum does not match");
    return body;
  }

  private void expect(boolean condition, String otherwise) throws SpillException {
    if (!condition) {
      throw SpillException.cannotRead(files.storage(), file.name, offset, otherwise);
    }
  }

  @Override
  public void release() {
    if (!released) {
      released = true;
      files.release(file);
    }
  }

  @Override
  public String toString() {
    return records + " records in " + file.name;
  }
}
