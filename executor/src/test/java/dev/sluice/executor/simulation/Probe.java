package dev.sluice.executor.simulation;

import dev.sluice.executor.api.BatchContext;
import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.api.InputBlock;
import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.PartitionProcessor;
import dev.sluice.executor.api.ProcessorContext;
import dev.sluice.executor.api.RecordConsumer;
import dev.sluice.executor.api.SnapshotReader;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.executor.api.StageProgram;
import dev.sluice.executor.api.StageSpec;
import dev.sluice.executor.api.TaskReport;
import dev.sluice.executor.api.Watermarks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Stands around every processor of a job and checks what the engine promises to it: batches in
 * order and without gaps, one and the same descriptor for all, time and watermarks that never fall,
 * closed once, nothing after that.
 */
final class Probe {
  private final Map<Long, BatchDescriptor> descriptors = new HashMap<>();
  private int open;

  /** The graph with a probe around each stage. */
  JobGraph around(JobGraph graph) {
    List<StageSpec> stages = new ArrayList<>();
    for (StageSpec s : graph.stages()) {
      stages.add(
          new StageSpec(
              s.id(),
              s.name(),
              around(s),
              s.source(),
              s.partitions(),
              s.inputs(),
              s.outputs(),
              s.views()));
    }
    return new JobGraph(graph.name(), stages, graph.edges(), graph.views(), graph.settings());
  }

  private StageProgram around(StageSpec stage) {
    return context -> new Probed(stage.program().create(context), context);
  }

  /** Processors that have been made and not closed. */
  int open() {
    return open;
  }

  /** How many batches there were. */
  int batches() {
    return descriptors.size();
  }

  private final class Probed implements PartitionProcessor {
    private final PartitionProcessor inner;
    private final ProcessorContext context;
    private final long[] watermarks;
    private long next;
    private long time = Long.MIN_VALUE;
    private boolean closed;

    Probed(PartitionProcessor inner, ProcessorContext context) {
      this.inner = inner;
      this.context = context;
      this.watermarks = new long[context.stage().inputs()];
      Arrays.fill(watermarks, Watermarks.MIN);
      open++;
    }

    private void require(boolean condition, String message) {
      if (!condition) {
        throw new AssertionError(
            message + " in partition " + context.partition() + " of " + context.stage().name());
      }
    }

    @Override
    public void restore(SnapshotReader rows) throws Exception {
      inner.restore(rows);
    }

    @Override
    public TaskReport process(BatchContext batch) throws Exception {
      BatchDescriptor d = batch.descriptor();
      require(!closed, "a closed processor runs");
      require(d.batch() == next, "batch " + d.batch() + " comes in place of " + next);
      require(d.processingTime() >= time, "time falls to " + d.processingTime());
      BatchDescriptor known = descriptors.putIfAbsent(d.batch(), d);
      require(known == null || known.equals(d), "two descriptors of batch " + d.batch());
      next++;
      time = d.processingTime();
      TaskReport report = inner.process(new Checked(batch));
      for (int i = 0; i < watermarks.length; i++) {
        long watermark = batch.input(i).watermark();
        require(watermark >= watermarks[i], "the watermark of input " + i + " falls");
        watermarks[i] = watermark;
      }
      return report;
    }

    @Override
    public void snapshot(SnapshotWriter rows, boolean full) throws Exception {
      inner.snapshot(rows, full);
    }

    @Override
    public void snapshotCommitted(boolean committed) {
      inner.snapshotCommitted(committed);
    }

    @Override
    public void acknowledge(long batch) throws Exception {
      inner.acknowledge(batch);
    }

    @Override
    public void close() throws Exception {
      require(!closed, "closed twice");
      closed = true;
      open--;
      inner.close();
    }

    private final class Checked implements BatchContext {
      private final BatchContext batch;

      Checked(BatchContext batch) {
        this.batch = batch;
      }

      @Override
      public BatchDescriptor descriptor() {
        return batch.descriptor();
      }

      @Override
      public InputBlock input(int index) {
        InputBlock block = batch.input(index);
        long before = watermarks[index];
        return new InputBlock() {
          @Override
          public boolean isEmpty() {
            return block.isEmpty();
          }

          @Override
          public void drain(RecordConsumer consumer) throws Exception {
            block.drain(
                record -> {
                  require(before < Watermarks.MAX, "a record comes after the end of time");
                  consumer.accept(record);
                });
          }

          @Override
          public long watermark() {
            return block.watermark();
          }
        };
      }

      @Override
      public Object view(int index) {
        return batch.view(index);
      }

      @Override
      public void emit(int output, int keyHash, Object record) {
        batch.emit(output, keyHash, record);
      }

      @Override
      public void checkCancelled() {
        batch.checkCancelled();
      }
    }
  }
}
