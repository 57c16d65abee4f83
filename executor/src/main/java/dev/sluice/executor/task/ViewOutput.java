package dev.sluice.executor.task;

import dev.sluice.executor.api.EncodeAtShuffle;
import dev.sluice.executor.api.ViewSpec;
import dev.sluice.executor.block.BlockWriter;
import dev.sluice.executor.transport.SentBlock;
import java.util.List;

/**
 * Gives the records of one producer partition to every executor that needs the view. Used by the
 * thread that runs the task.
 */
final class ViewOutput {
  private final ViewSpec view;
  private final int producer;
  private final LocalJob job;

  /** Whom the writers are for; changes between batches only. */
  private int[] listeners = {};

  private BlockWriter[] writers = {};
  private boolean touched;

  ViewOutput(LocalJob job, ViewSpec view, int producer) {
    this.job = job;
    this.view = view;
    this.producer = producer;
  }

  private void begin() {
    touched = true;
    int[] now = job.topology().viewListeners[view.id()];
    if (now == listeners) {
      return;
    }
    listeners = now;
    writers = new BlockWriter[now.length];
    boolean always = job.plan().graph().settings().encodeAtShuffle() == EncodeAtShuffle.ALWAYS;
    for (int i = 0; i < now.length; i++) {
      boolean elsewhere = now[i] != job.topology().executor;
      boolean copied = always && job.plan().assignment().isReplicated();
      writers[i] = job.blocks().writer(job.formats().ofView(view, elsewhere || copied, always));
    }
  }

  void emit(Object record) throws Exception {
    if (!touched) {
      begin();
    }
    for (BlockWriter writer : writers) {
      writer.append(record);
    }
  }

  void seal(List<SentBlock> blocks) throws Exception {
    if (!touched) {
      return;
    }
    for (int i = 0; i < writers.length; i++) {
      blocks.add(
          new SentBlock(
              SentBlock.edgeOfView(view.id()), producer, listeners[i], writers[i].seal()));
    }
    touched = false;
  }

  void abort() {
    if (touched) {
      for (BlockWriter writer : writers) {
        writer.abort();
      }
      touched = false;
    }
  }
}
