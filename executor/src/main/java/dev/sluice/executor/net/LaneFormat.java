package dev.sluice.executor.net;

import dev.sluice.executor.block.Block;
import dev.sluice.executor.transport.Address;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The bodies of the frames of lanes; all integers big-endian.
 *
 * <pre>
 *   LANE_OPEN   process int64 │ generation int32 │ connection int32 │ from int32 │ to int32
 *   LANE_STATE  here bool │ process int64 │ number of the last message that came int64
 *   ACK         number of the last message that came int64 │ weight of what came int64
 *   SKIP        number int64
 *
 *   HEAD        number int64 │ id of the job: length int16, UTF-8 │ blocks: count int32,
 *               each: edge int32, pieces int32, CRC32C int32 │ message as Kryo wrote it …
 *   PIECE       place of the block int32 │ records int32 │ CRC32C int32 │ encoded records …
 * </pre>
 *
 * HEAD and PIECE may be cut into several frames; the pieces follow the head in order, and the last
 * of them ends the message. Messages of a lane are numbered from 1.
 */
final class LaneFormat {
  /** A lane is opened. */
  record Open(long process, int generation, int connection, Address from, Address to) {
    byte[] toBytes() {
      return ByteBuffer.allocate(24)
          .putLong(process)
          .putInt(generation)
          .putInt(connection)
          .putInt(from.executor())
          .putInt(to.executor())
          .array();
    }

    static Open parse(byte[] body) {
      ByteBuffer in = sized(body, 24);
      return new Open(in.getLong(), in.getInt(), in.getInt(), address(in), address(in));
    }
  }

  /** What its other end has of it. */
  record State(boolean here, long process, long last) {
    byte[] toBytes() {
      return ByteBuffer.allocate(17)
          .put((byte) (here ? 1 : 0))
          .putLong(process)
          .putLong(last)
          .array();
    }

    static State parse(byte[] body) {
      ByteBuffer in = sized(body, 17);
      return new State(in.get() != 0, in.getLong(), in.getLong());
    }
  }

  /** What has come. */
  record Ack(long last, long weight) {
    byte[] toBytes() {
      return ByteBuffer.allocate(16).putLong(last).putLong(weight).array();
    }

    static Ack parse(byte[] body) {
      ByteBuffer in = sized(body, 16);
      return new Ack(in.getLong(), in.getLong());
    }
  }

  /** A block that is to come. */
  record BlockPlace(int edge, int pieces, int crc32c) {
    private static final int BYTES = 12;
  }

  /** All of a message but its blocks. */
  record Head(long number, String jobId, List<BlockPlace> blocks, byte[] message) {
    byte[] toBytes() {
      byte[] job = jobId.getBytes(StandardCharsets.UTF_8);
      int size = 8 + 2 + job.length + 4 + blocks.size() * BlockPlace.BYTES + message.length;
      ByteBuffer out = ByteBuffer.allocate(size);
      out.putLong(number).putShort((short) job.length).put(job).putInt(blocks.size());
      for (BlockPlace block : blocks) {
        out.putInt(block.edge).putInt(block.pieces).putInt(block.crc32c);
      }
      return out.put(message).array();
    }

    static Head parse(byte[] body) {
      try {
        ByteBuffer in = ByteBuffer.wrap(body);
        long number = in.getLong();
        byte[] job = new byte[in.getShort() & 0xffff];
        in.get(job);
        int count = in.getInt();
        if (count < 0 || count > in.remaining() / BlockPlace.BYTES) {
          throw new MalformedException("a message with " + count + " blocks");
        }
        List<BlockPlace> blocks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
          blocks.add(new BlockPlace(in.getInt(), in.getInt(), in.getInt()));
        }
        byte[] message = new byte[in.remaining()];
        in.get(message);
        return new Head(number, new String(job, StandardCharsets.UTF_8), blocks, message);
      } catch (BufferUnderflowException e) {
        throw new MalformedException("a message that ends too early", e);
      }
    }
  }

  /** What stands before the bytes of a piece. */
  record PieceHeader(int place, int records, int crc32c) {
    static final int BYTES = 12;

    ByteBuffer toBytes() {
      return ByteBuffer.allocate(BYTES).putInt(place).putInt(records).putInt(crc32c).flip();
    }

    static PieceHeader parse(byte[] body) {
      if (body.length < BYTES) {
        throw new MalformedException("a piece of a block that ends too early");
      }
      ByteBuffer in = ByteBuffer.wrap(body);
      PieceHeader header = new PieceHeader(in.getInt(), in.getInt(), in.getInt());
      if (header.records < 0) {
        throw new MalformedException("a piece of " + header.records + " records");
      }
      return header;
    }
  }

  private LaneFormat() {}

  static BlockPlace placeOf(Attachment attachment) {
    Block block = attachment.block();
    return new BlockPlace(attachment.edge(), block.encodedPieces().size(), block.crc32c());
  }

  static byte[] skip(long number) {
    return ByteBuffer.allocate(8).putLong(number).array();
  }

  static long skipped(byte[] body) {
    return sized(body, 8).getLong();
  }

  private static ByteBuffer sized(byte[] body, int expected) {
    if (body.length != expected) {
      throw new MalformedException(
          "a frame with " + body.length + " bytes in place of " + expected);
    }
    return ByteBuffer.wrap(body);
  }

  private static Address address(ByteBuffer in) {
    int number = in.getInt();
    if (number < -1) {
      throw new MalformedException("an address " + number);
    }
    return new Address(number);
  }
}
