package dev.sluice.executor.task;

import dev.sluice.executor.api.BatchContext;
import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.api.InputBlock;
import dev.sluice.executor.api.Inventory;
import dev.sluice.executor.api.PartitionProcessor;
import dev.sluice.executor.api.SnapshotReader;
import dev.sluice.executor.api.StageSpec;
import dev.sluice.executor.api.TaskReport;
import dev.sluice.executor.api.Watermarks;
import dev.sluice.executor.block.SharedBlock;
import dev.sluice.executor.state.RowTable;
import dev.sluice.executor.state.SnapshotRows;
import dev.sluice.executor.state.SourceRow;
import dev.sluice.executor.transport.CheckpointFacts;
import dev.sluice.executor.transport.SentBlock;
import dev.sluice.executor.transport.Split;
import dev.sluice.executor.transport.TaskId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition that this executor owns: its processor, and the step that is taken next. All code
 * of the partition runs as this one unit, so one step at a time.
 */
final class PartitionSlot extends Unit implements BatchContext {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionSlot.class);

  /** What a run of the unit does. */
  enum Step {
    /** Makes the processor, and the reader of a source. */
    CREATE,
    /** Runs a task. */
    TASK,
    /** Takes the whole state for a new buddy. */
    COPY,
    /** Tells the processor what became of its snapshot. */
    SNAPSHOT_ENDED,
    /** Tells the processor which batches are safe. */
    ACKNOWLEDGE,
    /** Closes the processor and the reader. */
    CLOSE
  }

  /** Somebody here wants to hear that a batch is safe. */
  private record Wanted(long batch, boolean byProcessor, boolean byReader) {}

  private final StageSpec stage;
  private final int partition;
  private final TaskId task;
  private final PartitionContext context;
  private final TaskOutput output;
  private final StageInput[] inputs;
  private final long[] watermarks;

  /** What the partition goes on from when it moves here; null if it begins as the job does. */
  private RowTable handed;

  private Step step = Step.CREATE;
  private PartitionProcessor processor;
  private SplitSource source;

  /** The next batch to run. */
  private long next;

  private final Deque<Wanted> wanted = new ArrayDeque<>();
  private long safe = -1;

  /** The batch of a snapshot whose checkpoint has not ended, -1 for none; the executor's. */
  private long snapshotOf = -1;

  /** What became of it, until the processor is told; the executor's. */
  private Boolean snapshotOutcome;

  private boolean committed;

  /**
   * Whether a snapshot that was taken here is in a durable checkpoint. Until then each is whole:
   * what the last checkpoint has of the partition was written by somebody else, if at all.
   */
  private boolean everCommitted;

  // one task
  private BatchTable table;
  private AttemptState attempt = AttemptState.RELEASED;
  private TaskReport report;
  private Object readerMetrics;
  private List<SentBlock> blocks = List.of();
  private SnapshotRows snapshot;
  private boolean snapshotFull;
  private boolean light;
  private int emitted;
  private boolean created;
  private boolean owned = true;

  /** Whether a task has run that is not released; belongs to the executor. */
  private boolean sealed;

  /** What is copied to a buddy; null where nothing is. */
  private final PartitionCopies copies;

  /** A partition that begins with the job. */
  PartitionSlot(LocalJob job, StageSpec stage, int partition) {
    this(job, stage, partition, job.plan().firstBatch(), null);
  }

  /**
   * A partition that goes on elsewhere's work.
   *
   * @param next the first batch that it runs here
   * @param handed its state before that batch; null if it begins as the job does
   */
  PartitionSlot(LocalJob job, StageSpec stage, int partition, long next, RowTable handed) {
    super(job, stage.id());
    this.stage = stage;
    this.partition = partition;
    this.task = new TaskId(stage.id(), partition);
    this.context = new PartitionContext(job, stage, partition, handed != null);
    this.output = new TaskOutput(job, stage, partition);
    this.inputs = new StageInput[stage.source() == null ? stage.inputs() : 0];
    Arrays.setAll(inputs, i -> new StageInput());
    this.watermarks = new long[stage.outputs()];
    Arrays.fill(watermarks, Watermarks.MIN);
    this.next = next;
    this.handed = handed;
    this.copies = job.plan().assignment().isReplicated() ? new PartitionCopies(job) : null;
  }

  StageSpec stage() {
    return stage;
  }

  int partition() {
    return partition;
  }

  TaskId task() {
    return task;
  }

  /** Null if the stage has no source, or the reader is not open. */
  SplitSource source() {
    return source;
  }

  Step step() {
    return step;
  }

  long next() {
    return next;
  }

  TaskReport report() {
    return report;
  }

  Object readerMetrics() {
    return readerMetrics;
  }

  List<SentBlock> blocks() {
    return blocks;
  }

  BatchTable table() {
    return table;
  }

  @Override
  public boolean isLight() {
    return light;
  }

  /** Whether the task has run and waits for its release. */
  boolean isSealed() {
    return sealed;
  }

  /** The task has run; the executor has learnt it. */
  void sealed() {
    sealed = true;
  }

  /** The processor has been made; the executor has learnt it. */
  void created() {
    created = true;
  }

  /** Whether the processor has been made. */
  boolean isCreated() {
    return created;
  }

  /** Whether the partition still belongs here. */
  boolean isOwned() {
    return owned;
  }

  boolean isToBeCopiedWhole() {
    return copies != null && copies.isWholeDue();
  }

  SnapshotRows copyRows() {
    return copies.rows();
  }

  boolean isCopyFull() {
    return copies.isFull();
  }

  // what the executor does

  /** The partition has another buddy: the whole state is to be copied. */
  void copyWhole() {
    copies.wholeIsDue();
  }

  /** The whole state has been taken. */
  void copiedWhole() {
    copies.wholeIsTaken();
  }

  /** The partition has another owner: nothing of it is used here any more. */
  void handOver() {
    owned = false;
    if (!busy) {
      discardSealed();
    }
  }

  /** The sealed task will not be released here. */
  void discardSealed() {
    sealed = false;
    if (attempt == AttemptState.SEALED) {
      attempt = attempt.become(AttemptState.DISCARDED);
      blocks.forEach(sent -> sent.block().release());
      blocks = List.of();
    }
  }

  void prepareTask(BatchTable ofBatch) {
    step = Step.TASK;
    table = ofBatch;
    boolean reads = source != null && (source.isReady() || ofBatch.batch() == 0);
    light = !reads && !ofBatch.hasBlocks(stage, partition);
    showInputs();
    urgency(ofBatch.batch());
  }

  void prepare(Step other) {
    if (other == Step.SNAPSHOT_ENDED) {
      committed = snapshotOutcome;
      snapshotOf = -1;
      snapshotOutcome = null;
    }
    step = other;
    light = false;
    urgency(next);
  }

  /** The task has run and is released: its blocks are the executor's now. */
  void released() {
    attempt = attempt.become(AttemptState.RELEASED);
    sealed = false;
    blocks = List.of();
    table = null;
    next++;
  }

  /** The snapshot that the task took, or null; the processor waits for what becomes of it. */
  SnapshotRows takeSnapshot() {
    SnapshotRows taken = snapshot;
    snapshot = null;
    if (taken != null) {
      snapshotOf = table.batch();
    }
    return taken;
  }

  boolean isSnapshotFull() {
    return snapshotFull;
  }

  /** The checkpoint of a batch has ended. */
  void snapshotEnded(long batch, boolean durable) {
    if (snapshotOf == batch) {
      snapshotOutcome = durable;
    }
  }

  /** An epoch begins: what has become of the snapshot is known, unless it is being settled. */
  void snapshotEnded(CheckpointFacts facts) {
    if (snapshotOf >= 0 && snapshotOf != facts.settling() && snapshotOutcome == null) {
      snapshotOutcome = snapshotOf == facts.newest();
    }
  }

  /** Whether the processor is to be told what became of its snapshot. */
  boolean hasSnapshotEnded() {
    return snapshotOutcome != null;
  }

  boolean wantsAcknowledge() {
    return !wanted.isEmpty();
  }

  int unacknowledged() {
    return wanted.size();
  }

  /** Counts what the processor holds, if there is one. */
  void inventory(Inventory to) {
    if (processor != null) {
      processor.inventory(to);
    }
  }

  /**
   * Whether there is something to acknowledge up to a batch; if so, {@link Step#ACKNOWLEDGE} will
   * do it.
   */
  boolean isSafe(long batch) {
    safe = batch;
    return !wanted.isEmpty() && wanted.peekFirst().batch() <= batch;
  }

  /** Whether the task that was just released wants to be acknowledged. */
  boolean wantsAcknowledgeOf(long batch) {
    return !wanted.isEmpty() && wanted.peekLast().batch() == batch;
  }

  // what the thread does

  @Override
  void work() throws Throwable {
    switch (step) {
      case CREATE -> create();
      case TASK -> run(table.open().descriptor());
      case COPY -> copies.takeWhole(processor, source);
      case SNAPSHOT_ENDED -> tellSnapshotEnded();
      case ACKNOWLEDGE -> acknowledge();
      case CLOSE -> close();
    }
  }

  private void create() throws Exception {
    job.checkCancelled();
    processor = stage.program().create(context);
    SnapshotReader rows = handed;
    if (rows == null && job.plan().firstBatch() > 0) {
      rows = job.snapshots().restored(context.jobId(), stage.id(), partition);
    }
    if (stage.source() != null) {
      SourceRow row = rows == null ? null : SourceRow.find(rows);
      byte[] mark = row == null ? null : row.mark();
      source =
          new SplitSource(
              job,
              stage.source(),
              stage.source().open(context, mark),
              new Split(stage.id(), partition),
              row == null ? Watermarks.MIN : row.sealed());
    }
    if (rows != null) {
      processor.restore(SourceRow.without(rows));
    }
    handed = null;
  }

  private void run(BatchDescriptor descriptor) throws Throwable {
    attempt = AttemptState.RUNNING;
    try {
      job.checkCancelled();
      output.begin(descriptor.batch());
      if (source != null) {
        source.begin(table.open());
      }
      report = processor.process(this);
      check(report);
      boolean byReader = source != null && source.end();
      blocks = output.seal();
      if (copies != null) {
        blocks = shared(blocks);
        copies.take(processor, source);
      }
      if (descriptor.checkpoint() && !job.isCheckpointGivenUp(descriptor.batch())) {
        takeSnapshot(descriptor);
      }
      if (report.wantsAcknowledge() || byReader) {
        wanted.addLast(new Wanted(descriptor.batch(), report.wantsAcknowledge(), byReader));
      }
      if (source != null) {
        source.look();
        readerMetrics = source.takeMetrics();
      }
      attempt = attempt.become(AttemptState.SEALED);
    } catch (Throwable e) {
      attempt = attempt.become(AttemptState.DISCARDED);
      output.abort();
      blocks.forEach(sent -> sent.block().release());
      blocks = List.of();
      throw e;
    } finally {
      for (StageInput input : inputs) {
        input.release();
      }
    }
  }

  /** The same blocks, to be held by several. */
  static List<SentBlock> shared(List<SentBlock> blocks) {
    List<SentBlock> shared = new ArrayList<>(blocks.size());
    for (SentBlock sent : blocks) {
      shared.add(
          new SentBlock(
              sent.edge(), sent.producer(), sent.consumer(), SharedBlock.of(sent.block())));
    }
    return shared;
  }

  private void takeSnapshot(BatchDescriptor marked) throws Exception {
    boolean due = job.snapshots().isFullDue(marked, stage.id(), partition);
    snapshotFull = due || !everCommitted;
    if (copies != null) {
      snapshot = copies.takeSnapshot(processor, source, snapshotFull);
      return;
    }
    SnapshotRows rows = new SnapshotRows();
    processor.snapshot(rows, snapshotFull);
    if (source != null) {
      source.put(rows, snapshotFull);
    }
    snapshot = rows;
  }

  private void tellSnapshotEnded() {
    everCommitted |= committed;
    if (copies != null) {
      copies.snapshotEnded(committed);
    } else {
      processor.snapshotCommitted(committed);
    }
  }

  private void showInputs() {
    for (int i = 0; i < inputs.length; i++) {
      inputs[i].show(table.blocks(stage, partition, i), table.inputWatermark(stage, partition, i));
    }
  }

  private void check(TaskReport made) {
    long[] now = made.outputWatermarks();
    if (now.length != watermarks.length) {
      throw new IllegalStateException(
          "stage "
              + stage.name()
              + " reports "
              + now.length
              + " watermarks for "
              + watermarks.length
              + " outputs");
    }
    for (int i = 0; i < now.length; i++) {
      if (now[i] < watermarks[i]) {
        throw new IllegalStateException(
            "the output watermark of output "
                + i
                + " of stage "
                + stage.name()
                + " falls from "
                + watermarks[i]
                + " to "
                + now[i]);
      }
      watermarks[i] = now[i];
    }
  }

  private void acknowledge() {
    while (!wanted.isEmpty() && wanted.peekFirst().batch() <= safe) {
      Wanted first = wanted.removeFirst();
      if (first.byProcessor()) {
        quietly("acknowledge", () -> processor.acknowledge(first.batch()));
      }
      if (first.byReader()) {
        quietly("acknowledge", () -> source.reader().acknowledge(first.batch()));
      }
    }
  }

  private void close() {
    if (processor != null) {
      quietly("close", processor::close);
      processor = null;
    }
    if (source != null) {
      quietly("close", source.reader()::close);
      source = null;
    }
  }

  /** A piece of user code whose failure is only logged. */
  @FunctionalInterface
  private interface Quiet {
    void run() throws Exception;
  }

  private void quietly(String what, Quiet code) {
    try {
      code.run();
    } catch (Throwable e) {
      LOG.warn("cannot {} partition {} of stage {}", what, partition, stage.name(), e);
    }
  }

  // BatchContext

  @Override
  public BatchDescriptor descriptor() {
    return table.open().descriptor();
  }

  @Override
  public InputBlock input(int index) {
    if (source != null && index == 0) {
      return source;
    }
    return inputs[index];
  }

  @Override
  public Object view(int index) {
    return table.version(stage.views().get(index));
  }

  @Override
  public void emit(int index, int keyHash, Object record) {
    if ((++emitted & 0xff) == 0) {
      job.checkCancelled();
    }
    try {
      output.emit(index, keyHash, record);
    } catch (Exception e) {
      throw sneaky(e);
    }
  }

  /** Lets a codec's or disk's exception fail the task as it is. */
  @SuppressWarnings("unchecked") // erased: nothing is cast
  private static <E extends Exception> RuntimeException sneaky(Exception e) throws E {
    throw (E) e;
  }

  @Override
  public void checkCancelled() {
    job.checkCancelled();
  }

  @Override
  public String toString() {
    return step
        + " of partition "
        + partition
        + " of stage "
        + stage.name()
        + " in batch "
        + batch();
  }
}
