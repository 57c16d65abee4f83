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
import dev.sluice.executor.coordinator.JobStart;
import dev.sluice.executor.transport.Address;
import dev.sluice.executor.transport.Message;
import dev.sluice.executor.transport.Split;
import dev.sluice.executor.transport.ToExecutor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * Stands around every processor and reader of one life of a job and checks what the engine promises
 * to them: batches in order and without gaps, one and the same descriptor for all, time and
 * watermarks that never fall, also from one life to the next, batches acknowledged in order, once,
 * and only when they are safe, closed once, nothing after that.
 */
final class Probe implements Simulation.Observer {
  static final Comparator<OutsideWorld.Place> BY_PLACE =
      Comparator.comparingInt(OutsideWorld.Place::stage)
          .thenComparingInt(OutsideWorld.Place::partition);
  static final Comparator<Split> BY_SPLIT =
      Comparator.comparingInt(Split::stage).thenComparingInt(Split::partition);

  private final OutsideWorld world;
  private final JobStart start;
  private boolean acknowledgesOnCheckpoint;
  private int partitions;
  private int open;

  /** The batches of the last two durable checkpoints of this life. */
  private long newest = -1;

  private long older = -1;

  /** The job has come to its end by itself. */
  private boolean complete;

  /** A life that begins anew and leaves nothing. */
  Probe() {
    this(new OutsideWorld(), JobStart.anew("job"));
  }

  Probe(OutsideWorld world, JobStart start) {
    this.world = world;
    this.start = start;
    world.goOnAfter(start.firstBatch() - 1);
  }

  /** The graph with a probe around each stage. */
  JobGraph around(JobGraph graph) {
    acknowledgesOnCheckpoint = graph.settings().acknowledgeOnCheckpoint();
    List<StageSpec> stages = new ArrayList<>();
    for (StageSpec s : graph.stages()) {
      partitions += s.partitions();
      stages.add(
          new StageSpec(
              s.id(),
              s.name(),
              around(s, isLast(graph, s.id())),
              s.source() == null ? null : new ProbedSource(s.source(), s.id(), this),
              s.partitions(),
              s.inputs(),
              s.outputs(),
              s.views()));
    }
    return new JobGraph(graph.name(), stages, graph.edges(), graph.views(), graph.settings());
  }

  private static boolean isLast(JobGraph graph, int stage) {
    return graph.edges().stream().noneMatch(edge -> edge.producer() == stage)
        && graph.views().stream().noneMatch(view -> view.producer() == stage);
  }

  private StageProgram around(StageSpec stage, boolean last) {
    return context -> new Probed(stage.program().create(context), context, last);
  }

  /** Processors and readers that have been made and not closed. */
  int open() {
    return open;
  }

  void opened() {
    open++;
  }

  void closed() {
    open--;
  }

  OutsideWorld world() {
    return world;
  }

  void require(boolean condition, String message) {
    if (!condition) {
      world.violations.add(message);
      throw new AssertionError(message);
    }
  }

  /** Whether the job promised that acknowledged records are never read again. */
  boolean acknowledgesOnCheckpoint() {
    return acknowledgesOnCheckpoint;
  }

  /** Whether the job has come to its end by itself: everything is acknowledged before it closes. */
  boolean isComplete() {
    return complete;
  }

  /** Whether nothing that a batch gave can be lost any more, as far as the job promised. */
  boolean isSafe(long batch) {
    if (acknowledgesOnCheckpoint) {
      return batch <= older || (complete && batch <= newest);
    }
    return world.partitionsDone(batch) == partitions;
  }

  @Override
  public void durable(long batch) {
    require(batch > newest, "the checkpoint of batch " + batch + " comes after " + newest);
    require(
        world.partitionsDone(batch) == partitions,
        "the checkpoint of batch " + batch + " is durable before all have run");
    older = newest;
    newest = batch;
  }

  @Override
  public void sent(Address from, Address to, Message message) {
    if (message instanceof ToExecutor.StopJob stop) {
      complete |= !stop.abort();
    }
  }

  private final class Probed implements PartitionProcessor {
    private final PartitionProcessor inner;
    private final ProcessorContext context;
    private final OutsideWorld.Place place;
    private final boolean last;
    private final long[] watermarks;
    private final Deque<Long> wanted = new ArrayDeque<>();
    private long next;
    private long time = Long.MIN_VALUE;
    private boolean closed;

    Probed(PartitionProcessor inner, ProcessorContext context, boolean last) {
      this.inner = inner;
      this.context = context;
      this.last = last;
      this.place = new OutsideWorld.Place(context.stage().id(), context.partition());
      this.next = start.firstBatch();
      BatchDescriptor before = world.descriptor(next - 1);
      this.time = before == null ? Long.MIN_VALUE : before.processingTime();
      long[] earlier = world.watermarks(next - 1, place);
      this.watermarks = earlier == null ? new long[context.stage().inputs()] : earlier.clone();
      if (earlier == null) {
        Arrays.fill(watermarks, Watermarks.MIN);
      }
      opened();
    }

    private void check(boolean condition, String message) {
      require(
          condition,
          message + " in partition " + context.partition() + " of " + context.stage().name());
    }

    @Override
    public void restore(SnapshotReader rows) throws Exception {
      check(start.firstBatch() > 0, "restored at the very beginning");
      inner.restore(rows);
    }

    @Override
    public TaskReport process(BatchContext batch) throws Exception {
      BatchDescriptor d = batch.descriptor();
      check(!closed, "a closed processor runs");
      check(d.run() == start.run(), "run " + d.run());
      check(d.batch() == next, "batch " + d.batch() + " comes in place of " + next);
      check(d.processingTime() >= time, "time falls to " + d.processingTime());
      check(world.describe(d).equals(d), "two descriptors of batch " + d.batch());
      next++;
      time = d.processingTime();
      TaskReport report = inner.process(new Checked(batch));
      for (int i = 0; i < watermarks.length; i++) {
        long watermark = batch.input(i).watermark();
        check(watermark >= watermarks[i], "the watermark of input " + i + " falls");
        watermarks[i] = watermark;
      }
      world.processed(d.batch(), place, watermarks);
      boolean wantsAcknowledge = (d.batch() + place.partition()) % 3 != 0;
      if (wantsAcknowledge) {
        wanted.add(d.batch());
      }
      return new TaskReport(
          report.outputWatermarks(),
          report.nextWakeUp(),
          report.withheld(),
          report.metrics(),
          wantsAcknowledge);
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
      Long first = wanted.poll();
      check(first != null && first == batch, "batch " + batch + " is acknowledged, not " + first);
      check(isSafe(batch), "batch " + batch + " is acknowledged and not safe");
      inner.acknowledge(batch);
    }

    @Override
    public void close() throws Exception {
      check(!closed, "closed twice");
      closed = true;
      closed();
      inner.close();
      check(!isComplete() || wanted.isEmpty(), "never acknowledged: " + wanted);
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
                  check(before < Watermarks.MAX, "a record comes after the end of time");
                  world.recordsSunk += last ? 1 : 0;
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
