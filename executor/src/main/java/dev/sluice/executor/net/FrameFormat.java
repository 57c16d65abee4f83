package dev.sluice.executor.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/**
 * How a frame stands on the wire.
 *
 * <pre>
 *   0         2      3       4            8            12
 *   ┌─────────┬──────┬───────┬────────────┬────────────┬──────────
 *   │ "SL"    │ type │ flags │ length of  │ CRC32C of  │ body …
 *   │         │      │       │ body int32 │ the others │
 *   └─────────┴──────┴───────┴────────────┴────────────┴──────────
 *
 *   flags: 1 more    the next frame of this type goes on with the same thing
 *          2 packed  the body is
 *                    ┌──────────────────────┬───────────────────────
 *                    │ length unpacked int32 │ a block of LZ4 …
 *                    └──────────────────────┴───────────────────────
 *   all integers big-endian; the checksum covers type, flags and body
 * </pre>
 */
final class FrameFormat {
  static final int HEADER = 12;
  static final int MAGIC = 0x534c;
  static final int MORE = 1;
  static final int PACKED = 2;

  /** Large things are cut into frames of about this size, so that others get their turn. */
  static final int CUT = 128 << 10;

  private static final int LEAST_PACKED = 512;

  private static final LZ4Factory LZ4 = LZ4Factory.fastestJavaInstance();

  private FrameFormat() {}

  /** A frame to be written; the parts are not copied, nor changed until it is written. */
  static ByteBuf frame(
      ByteBufAllocator memory, FrameType type, boolean more, boolean pack, List<ByteBuffer> parts) {
    int length = 0;
    for (ByteBuffer part : parts) {
      length += part.remaining();
    }
    ByteBuffer packed = pack && length >= LEAST_PACKED ? packed(parts, length) : null;
    List<ByteBuffer> body = packed == null ? parts : List.of(packed);
    int bodyLength = packed == null ? length : packed.remaining();
    int flags = (more ? MORE : 0) | (packed == null ? 0 : PACKED);
    CRC32C checksum = new CRC32C();
    checksum.update(type.number);
    checksum.update(flags);
    body.forEach(part -> checksum.update(part.duplicate()));
    ByteBuf header = memory.buffer(bodyLength <= 256 ? HEADER + bodyLength : HEADER);
    header.writeShort(MAGIC).writeByte(type.number).writeByte(flags).writeInt(bodyLength);
    header.writeInt((int) checksum.getValue());
    if (bodyLength <= 256) {
      body.forEach(part -> header.writeBytes(part.duplicate()));
      return header;
    }
    CompositeByteBuf frame = memory.compositeBuffer(body.size() + 1).addComponent(true, header);
    body.forEach(part -> frame.addComponent(true, Unpooled.wrappedBuffer(part)));
    return frame;
  }

  private static ByteBuffer packed(List<ByteBuffer> parts, int length) {
    byte[] plain = new byte[length];
    int position = 0;
    for (ByteBuffer part : parts) {
      int count = part.remaining();
      part.duplicate().get(plain, position, count);
      position += count;
    }
    LZ4Compressor compressor = LZ4.fastCompressor();
    byte[] packed = new byte[Integer.BYTES + compressor.maxCompressedLength(length)];
    int size =
        compressor.compress(plain, 0, length, packed, Integer.BYTES, packed.length - Integer.BYTES);
    if (size + Integer.BYTES >= length) {
      return null;
    }
    return ByteBuffer.wrap(packed, 0, Integer.BYTES + size).putInt(0, length);
  }

  /** The body of a frame as it was before it was packed. */
  static byte[] unpacked(ByteBuf body, int maxBytes) {
    int length = body.readableBytes() < Integer.BYTES ? -1 : body.readInt();
    if (length < 0 || length > maxBytes) {
      throw new MalformedException("a packed frame of " + length + " bytes");
    }
    if (length / 255 > body.readableBytes()) { // LZ4 cannot do better
      throw new MalformedException(
          length + " bytes cannot be in " + body.readableBytes() + " bytes of LZ4");
    }
    byte[] source = new byte[body.readableBytes()];
    body.readBytes(source);
    byte[] plain = new byte[length];
    LZ4SafeDecompressor decompressor = LZ4.safeDecompressor();
    int size;
    try {
      size = decompressor.decompress(source, plain);
    } catch (LZ4Exception e) {
      throw new MalformedException("a packed frame that cannot be unpacked", e);
    }
    if (size != length) {
      throw new MalformedException("a packed frame of " + size + " bytes in place of " + length);
    }
    return plain;
  }
}
