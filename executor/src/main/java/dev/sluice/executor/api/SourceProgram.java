package dev.sluice.executor.api;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.List;

/**
 * Where the records of a source stage come from: a fixed list of splits, one per partition of the
 * stage. What a reader reads for a batch is the <i>input block</i> of the batch, which is what
 * recovery starts from (DESIGN C6).
 */
public interface SourceProgram extends Serializable {
  /** How many splits there are; equals the partitions of the stage. */
  int splits();

  /** Whether the source can end only by being drained or cancelled. */
  boolean unbounded();

  /**
   * Whether a split gives the same records again whenever it is read, so that the range may stand
   * in place of the data.
   */
  boolean repeatable();

  /**
   * Opens the reader of one split.
   *
   * @param context where the reader is
   * @param mark what {@link SourceReader#mark} returned at the place to go on from, or null to
   *     begin
   * @throws Exception fails the job
   */
  SourceReader open(ProcessorContext context, byte[] mark) throws Exception;

  /**
   * A split itself, encoded, as checkpoints keep it beside the mark of its reader: a mark belongs
   * to its split and to no other.
   *
   * @return null if splits cannot be kept; the source is resumed then only with as many as it had
   * @throws IOException if this one cannot be encoded; the job fails
   */
  default byte[] split(int index) throws IOException {
    return null;
  }

  /**
   * The same source with the splits of a checkpoint in place of its own: for a job that would cut
   * it into another number of splits now.
   *
   * @param splits what {@link #split} has given for each of them, null where it gave nothing
   * @throws IOException if these are not splits of this source; the restore is refused
   */
  default SourceProgram withSplits(List<byte[]> splits) throws IOException {
    throw new IOException("it does not keep its splits with checkpoints");
  }

  /**
   * Writes a record as its coder does, so that samples tell how many bytes are read; what is
   * written is counted and thrown away. Writes nothing where no coder is known. Called by many
   * threads at once.
   *
   * @throws IOException if the record cannot be encoded; what was written before counts
   */
  default void measure(Object record, OutputStream out) throws IOException {}
}
