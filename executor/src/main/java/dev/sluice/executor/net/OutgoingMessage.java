package dev.sluice.executor.net;

import dev.sluice.executor.block.EncodedPiece;
import dev.sluice.executor.net.LaneFormat.Head;
import dev.sluice.executor.net.LaneFormat.PieceHeader;
import dev.sluice.executor.transport.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A message on its way, frame by frame; from the beginning again on another connection. Its blocks
 * are kept where they are until the other end has everything. Belongs to the worker of its lane.
 */
final class OutgoingMessage {
  /**
   * The next frame.
   *
   * @param weight what it takes of the window; 0 for one that may always pass
   */
  record Part(FrameType type, boolean more, int weight, List<ByteBuffer> bytes) {}

  private final long number;
  private final Message message;

  /** Null until it is encoded, and if it cannot be. */
  private MessageCodec.Encoded encoded;

  private List<EncodedPiece> pieces;
  private int[] placeOfPiece;
  private byte[] head;

  // how far it is on this connection

  private int headPosition;
  private int nextPiece;

  /** What is left of the piece before {@link #nextPiece}. */
  private List<ByteBuffer> left = List.of();

  private long written;

  OutgoingMessage(long number, Message message) {
    this.number = number;
    this.message = message;
  }

  long number() {
    return number;
  }

  Message message() {
    return message;
  }

  /** Begins from the beginning. */
  void rewind() {
    headPosition = 0;
    nextPiece = 0;
    left = List.of();
    written = 0;
  }

  /**
   * Whether there is another frame; the first call encodes the message.
   *
   * @throws IllegalArgumentException if that is not possible
   */
  boolean hasNext(MessageCodec codec) {
    if (head == null) {
      encode(codec);
    }
    return headPosition < head.length || nextPiece < pieces.size() || !left.isEmpty();
  }

  private void encode(MessageCodec codec) {
    encoded = codec.encode(message);
    pieces = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    List<LaneFormat.BlockPlace> blocks = new ArrayList<>();
    for (Attachment attachment : encoded.attachments()) {
      try {
        blocks.add(LaneFormat.placeOf(attachment));
      } catch (UnsupportedOperationException e) {
        throw new IllegalArgumentException(
            "a block of edge " + attachment.edge() + ": " + e.getMessage(), e);
      }
      for (EncodedPiece piece : attachment.block().encodedPieces()) {
        pieces.add(piece);
        places.add(blocks.size() - 1);
      }
    }
    placeOfPiece = places.stream().mapToInt(i -> i).toArray();
    head = new Head(number, message.jobId(), blocks, encoded.head()).toBytes();
  }

  /** What the next frame takes of the window. */
  int nextWeight() {
    if (headPosition < head.length) {
      int length = Math.min(FrameFormat.CUT, head.length - headPosition);
      return head.length <= FrameFormat.CUT ? 0 : length;
    }
    return FrameFormat.CUT;
  }

  /** How many bytes of it have been given. */
  long written() {
    return written;
  }

  /**
   * The next frame.
   *
   * @throws IOException if the bytes of a block cannot be read
   */
  Part next() throws IOException {
    Part part = headPosition < head.length ? nextOfHead() : nextOfPiece();
    for (ByteBuffer bytes : part.bytes) {
      written += bytes.remaining();
    }
    return part;
  }

  private Part nextOfHead() {
    int weight = nextWeight();
    int length = Math.min(FrameFormat.CUT, head.length - headPosition);
    ByteBuffer bytes = ByteBuffer.wrap(head, headPosition, length);
    headPosition += length;
    return new Part(FrameType.HEAD, headPosition < head.length, weight, List.of(bytes));
  }

  private Part nextOfPiece() throws IOException {
    List<ByteBuffer> bytes = new ArrayList<>();
    if (left.isEmpty()) {
      EncodedPiece piece = pieces.get(nextPiece);
      int place = placeOfPiece[nextPiece];
      left = new ArrayList<>(piece.load());
      nextPiece++;
      bytes.add(new PieceHeader(place, Math.toIntExact(piece.records()), piece.crc32c()).toBytes());
    }
    int room = FrameFormat.CUT - (bytes.isEmpty() ? 0 : PieceHeader.BYTES);
    int taken = 0;
    while (taken < left.size() && room > 0) {
      ByteBuffer next = left.get(taken);
      if (next.remaining() <= room) {
        bytes.add(next);
        taken++;
      } else {
        bytes.add(next.slice(next.position(), room));
        left.set(taken, next.slice(next.position() + room, next.remaining() - room));
      }
      room -= bytes.get(bytes.size() - 1).remaining();
    }
    left = left.subList(taken, left.size());
    int weight = bytes.stream().mapToInt(ByteBuffer::remaining).sum();
    return new Part(FrameType.PIECE, !left.isEmpty(), weight, bytes);
  }

  /** Gives its blocks back; it is not used any more. */
  void release(MessageCodec codec) {
    try {
      if (encoded == null) {
        encoded = codec.encode(message); // only this finds its blocks
      }
      encoded.attachments().forEach(attachment -> attachment.block().release());
    } catch (IllegalArgumentException e) {
      // cannot be encoded, which was said when it was tried; its store gives the blocks back
    }
  }
}
