package dev.sluice.executor.task;

import dev.sluice.executor.api.EdgeSpec;
import dev.sluice.executor.api.StageSpec;
import dev.sluice.executor.api.ViewSpec;
import dev.sluice.executor.transport.SentBlock;
import java.util.ArrayList;
import java.util.List;

/** Everything that one partition emits. Used by the thread that runs the task. */
final class TaskOutput {
  private final EdgeOutput[][] edges;
  private final ViewOutput[][] views;
  private boolean emitted;
  private long batch;

  TaskOutput(LocalJob job, StageSpec stage, int partition) {
    edges = new EdgeOutput[stage.outputs()][];
    views = new ViewOutput[stage.outputs()][];
    for (int output = 0; output < stage.outputs(); output++) {
      EdgeSpec[] edgesOut = job.topology().edgesOut[stage.id()][output];
      edges[output] = new EdgeOutput[edgesOut.length];
      for (int i = 0; i < edgesOut.length; i++) {
        edges[output][i] = new EdgeOutput(job, edgesOut[i], partition);
      }
      ViewSpec[] viewsOut = job.topology().viewsOut[stage.id()][output];
      views[output] = new ViewOutput[viewsOut.length];
      for (int i = 0; i < viewsOut.length; i++) {
        views[output][i] = new ViewOutput(job, viewsOut[i], partition);
      }
    }
  }

  void begin(long ofBatch) {
    batch = ofBatch;
  }

  void emit(int output, int keyHash, Object record) throws Exception {
    if (!emitted) {
      begin();
    }
    for (EdgeOutput edge : edges[output]) {
      edge.emit(keyHash, record);
    }
    for (ViewOutput view : views[output]) {
      view.emit(record);
    }
  }

  private void begin() {
    emitted = true;
    for (EdgeOutput[] ofOutput : edges) {
      for (EdgeOutput edge : ofOutput) {
        edge.begin(batch);
      }
    }
  }

  /** Ends the blocks; those without records do not exist. */
  List<SentBlock> seal() throws Exception {
    if (!emitted) {
      return List.of();
    }
    emitted = false;
    List<SentBlock> blocks = new ArrayList<>();
    try {
      for (int output = 0; output < edges.length; output++) {
        for (EdgeOutput edge : edges[output]) {
          edge.seal(blocks);
        }
        for (ViewOutput view : views[output]) {
          view.seal(blocks);
        }
      }
    } catch (Throwable e) {
      blocks.forEach(sent -> sent.block().release());
      throw e;
    }
    return blocks;
  }

  void abort() {
    emitted = false;
    for (int output = 0; output < edges.length; output++) {
      for (EdgeOutput edge : edges[output]) {
        edge.abort();
      }
      for (ViewOutput view : views[output]) {
        view.abort();
      }
    }
  }
}
