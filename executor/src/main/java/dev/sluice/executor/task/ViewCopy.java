package dev.sluice.executor.task;

import dev.sluice.executor.block.Block;
import dev.sluice.executor.block.BlockWriter;
import java.util.List;

/** Writes a version of a view down for executors that join. Made once per copy. */
final class ViewCopy extends Unit {
  private final ViewSlot view;
  private final Object version;
  private final long after;
  private final long watermark;
  private final List<Integer> newcomers;
  private Block contents = Block.EMPTY;

  /**
   * A copy.
   *
   * @param view the view
   * @param version its version
   * @param after the batch that made the version
   * @param watermark the view's watermark then
   * @param newcomers who is to have it
   */
  ViewCopy(
      LocalJob job,
      ViewSlot view,
      Object version,
      long after,
      long watermark,
      List<Integer> newcomers) {
    super(job, view.view().producer());
    this.view = view;
    this.version = version;
    this.after = after;
    this.watermark = watermark;
    this.newcomers = newcomers;
    urgency(after);
  }

  @Override
  void work() throws Exception {
    BlockWriter writer = job.blocks().writer(job.formats().ofView(view.view(), true, true));
    try {
      view.view().program().contents(version, writer::append);
      contents = writer.seal();
    } catch (Throwable e) {
      writer.abort();
      throw e;
    }
  }

  ViewSlot view() {
    return view;
  }

  long after() {
    return after;
  }

  long watermark() {
    return watermark;
  }

  List<Integer> newcomers() {
    return newcomers;
  }

  /** The records of the version; empty if it could not be written. */
  Block contents() {
    return contents;
  }
}
