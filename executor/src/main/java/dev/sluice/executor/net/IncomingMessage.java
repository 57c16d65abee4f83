package dev.sluice.executor.net;

import dev.sluice.executor.block.Block;
import dev.sluice.executor.net.LaneFormat.BlockPlace;
import dev.sluice.executor.net.LaneFormat.Head;
import dev.sluice.executor.net.LaneFormat.PieceHeader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A message that is coming in. Pieces of blocks go into the store of their job one by one, so that
 * no more than one piece is held here. Belongs to the worker of its lane.
 */
final class IncomingMessage {
  private final JobIntake intake;
  private final long maxBytes;
  private long bytes;

  private ByteArrayOutputStream headParts = new ByteArrayOutputStream(0);

  /** Null until it is whole. */
  private Head head;

  /** Pieces by block, in order. */
  private List<List<Block>> pieces;

  /** The block whose pieces come. */
  private int place;

  /** The piece that is coming, or null. */
  private PieceHeader piece;

  private List<byte[]> chunks = new ArrayList<>();

  /** Why a block could not be kept; then the rest is only counted. */
  private IOException broken;

  IncomingMessage(JobIntake intake, long maxBytes) {
    this.intake = intake;
    this.maxBytes = maxBytes;
  }

  /** Takes a frame; returns whether the message is whole now. */
  boolean take(Frame frame) {
    bytes += frame.body().length;
    if (bytes > maxBytes) {
      throw new MalformedException("a message of more than " + maxBytes + " bytes");
    }
    if (frame.type() == FrameType.HEAD && head == null) {
      takeHead(frame);
    } else if (frame.type() == FrameType.PIECE && head != null && !isWhole()) {
      takePiece(frame);
    } else {
      throw new MalformedException("a frame " + frame.type() + " in the middle of a message");
    }
    return isWhole();
  }

  /** Whether the frame that comes next, if it is of the head, goes on with it. */
  boolean isInHead() {
    return head == null && headParts.size() > 0;
  }

  Head head() {
    return head;
  }

  private void takeHead(Frame frame) {
    if (headParts.size() == 0 && !frame.more()) {
      begin(Head.parse(frame.body()));
      return;
    }
    if (headParts.size() + (long) frame.body().length > Integer.MAX_VALUE - 64) {
      throw new MalformedException("a message of 2 GB besides its blocks");
    }
    headParts.writeBytes(frame.body());
    if (!frame.more()) {
      byte[] all = headParts.toByteArray();
      headParts = new ByteArrayOutputStream(0);
      begin(Head.parse(all));
    }
  }

  private void begin(Head whole) {
    head = whole;
    pieces = new ArrayList<>(head.blocks().size());
    for (BlockPlace block : head.blocks()) {
      if (block.pieces() < 0) {
        throw new MalformedException("a block of " + block.pieces() + " pieces");
      }
      pieces.add(new ArrayList<>(1));
    }
    toNextPlace();
  }

  private void toNextPlace() {
    while (place < pieces.size() && pieces.get(place).size() == head.blocks().get(place).pieces()) {
      place++;
    }
  }

  private boolean isWhole() {
    return head != null && place == pieces.size();
  }

  private void takePiece(Frame frame) {
    byte[] chunk = frame.body();
    if (piece == null) {
      piece = PieceHeader.parse(chunk);
      if (piece.place() != place) {
        throw new MalformedException("a piece of block " + piece.place() + " in place of " + place);
      }
      chunk = Arrays.copyOfRange(chunk, PieceHeader.BYTES, chunk.length);
    }
    chunks.add(chunk);
    if (!frame.more()) {
      pieces.get(place).add(keep(piece, chunks));
      piece = null;
      chunks = new ArrayList<>();
      toNextPlace();
    }
  }

  private Block keep(PieceHeader header, List<byte[]> all) {
    if (broken != null) {
      return Block.EMPTY;
    }
    try {
      int edge = head.blocks().get(header.place()).edge();
      return intake.take(head.jobId(), edge, all, header.records(), header.crc32c());
    } catch (IOException e) {
      broken = e;
      return Block.EMPTY;
    }
  }

  /**
   * Its blocks.
   *
   * @throws IOException if one of them could not be kept
   */
  List<Block> blocks() throws IOException {
    if (broken != null) {
      throw broken;
    }
    List<Block> blocks = new ArrayList<>(pieces.size());
    for (int i = 0; i < pieces.size(); i++) {
      List<Block> held = pieces.get(i).stream().filter(block -> !block.isEmpty()).toList();
      blocks.add(Block.sequence(held, head.blocks().get(i).crc32c()));
    }
    return blocks;
  }

  /** Gives back what has come of it. */
  void release() {
    if (pieces != null) {
      pieces.forEach(ofBlock -> ofBlock.forEach(Block::release));
    }
  }
}
