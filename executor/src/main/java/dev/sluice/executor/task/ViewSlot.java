package dev.sluice.executor.task;

import dev.sluice.executor.api.Inventory;
import dev.sluice.executor.api.ViewSpec;
import dev.sluice.executor.api.Watermarks;

/**
 * A view that partitions here look at: its versions are made one after the other. Only the latest
 * is kept here, earlier ones by the tables of the batches that still need them.
 */
final class ViewSlot extends Unit {
  private final ViewSpec view;
  private final StageInput input = new StageInput();
  private Object version;
  private boolean begun;
  private long watermark = Watermarks.MIN;
  private long next;
  private BatchTable table;

  /** Whether there is a version to go on from; belongs to the executor. */
  private boolean based = true;

  ViewSlot(LocalJob job, ViewSpec view) {
    super(job, view.producer());
    this.view = view;
    this.next = job.plan().firstBatch();
  }

  ViewSpec view() {
    return view;
  }

  long next() {
    return next;
  }

  /** The latest version; null before the first batch. */
  Object version() {
    return version;
  }

  /** The latest version, which is the program's first before the first batch. */
  Object versionOrInitial() {
    return begun ? version : view.program().initial();
  }

  BatchTable table() {
    return table;
  }

  /** The watermark of the latest version. */
  long watermark() {
    return watermark;
  }

  /** Whether there is a version to go on from; if not, another executor will send one. */
  boolean isBased() {
    return based;
  }

  /** The view goes on from the version after a batch, which another executor will send. */
  void awaitBase(long batch) {
    based = false;
    begun = false;
    version = null;
    next = batch + 1;
  }

  /** Another executor has sent the version that was awaited. */
  void prepareBase(BlockList contents, long ofWatermark) {
    watermark = ofWatermark;
    input.show(contents, ofWatermark);
    urgency(next);
  }

  /** There is a version to go on from. */
  void based() {
    based = true;
  }

  /** Whether the batch changes the view at all; if not, its version is the last. */
  boolean isChangedBy(BatchTable ofBatch) {
    if (!begun) {
      return true;
    }
    BlockList blocks = ofBatch.viewBlocks(view.id());
    return (blocks != null && !blocks.isEmpty())
        || watermarkOf(ofBatch) != watermark
        || view.program().isStale(version);
  }

  private long watermarkOf(BatchTable ofBatch) {
    return ofBatch.outputWatermark(view.producer(), view.output());
  }

  void prepare(BatchTable ofBatch) {
    table = ofBatch;
    watermark = watermarkOf(ofBatch);
    input.show(ofBatch.viewBlocks(view.id()), watermark);
    urgency(ofBatch.batch());
  }

  void advanced() {
    next++;
    table = null;
  }

  @Override
  void work() throws Exception {
    job.checkCancelled();
    if (!begun) {
      version = view.program().initial();
      begun = true;
    }
    try {
      version = view.program().advance(version, input);
    } finally {
      input.release();
    }
  }

  /** Counts what the latest version holds. */
  void inventory(Inventory to) {
    if (version != null) {
      String producer = job.plan().graph().stages().get(view.producer()).name();
      view.program().inventory(version, to.under(producer + " / "));
    }
  }

  /** Forgets the version. */
  void clear() {
    version = null;
  }
}
