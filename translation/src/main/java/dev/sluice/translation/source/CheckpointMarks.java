package dev.sluice.translation.source;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.io.UnboundedSource.CheckpointMark;
import org.apache.beam.sdk.io.UnboundedSource.UnboundedReader;

/** The marks of one reader: the last one, and those that wait to be finalized. */
final class CheckpointMarks<M extends CheckpointMark> {
  private final UnboundedReader<?> reader;
  private final Coder<M> coder;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private CheckpointMark last;
  private byte[] encoded;
  private boolean stale;
  private boolean unclaimed;

  /**
   * The marks of a reader.
   *
   * @param encoded the mark that the reader began with, or null
   */
  CheckpointMarks(UnboundedReader<?> reader, Coder<M> coder, byte[] encoded) {
    this.reader = reader;
    this.coder = coder;
    this.encoded = encoded;
  }

  /** The reader has gone on: the last mark does not stand for its place any more. */
  void outdate() {
    stale = true;
  }

  /** Ends a block; returns whether it has a mark that wants to be finalized. */
  boolean endBlock(long batch) {
    refresh();
    boolean wanted = unclaimed && last != null && last != CheckpointMark.NOOP_CHECKPOINT_MARK;
    unclaimed = false;
    if (wanted) {
      waiting.add(new Waiting(batch, last));
    }
    return wanted;
  }

  /** Asks the reader for a mark if it has gone on: once a block. */
  private void refresh() {
    if (stale) {
      stale = false;
      unclaimed = true;
      last = reader.getCheckpointMark();
      encoded = null;
    }
  }

  /** The last mark, encoded; null if the reader has not begun. */
  @SuppressWarnings("unchecked") // a source's reader makes the marks of the source's coder
  byte[] encode() throws IOException {
    refresh();
    if (encoded == null && last != null && coder != null) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      coder.encode((M) last, out);
      encoded = out.toByteArray();
    }
    return encoded;
  }

  /** Finalizes the marks of the batches up to this one, each once, whatever another throws. */
  void finalizeUpTo(long batch) throws IOException {
    IOException failure = null;
    while (!waiting.isEmpty() && waiting.peek().batch() <= batch) {
      try {
        waiting.remove().mark().finalizeCheckpoint();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private record Waiting(long batch, CheckpointMark mark) {}
}
