package dev.sluice.translation.operator.stage;

import dev.sluice.executor.api.BatchContext;
import dev.sluice.executor.api.InputBlock;
import dev.sluice.executor.api.Inventory;
import dev.sluice.executor.api.PartitionProcessor;
import dev.sluice.executor.api.ProcessorContext;
import dev.sluice.executor.api.RecordConsumer;
import dev.sluice.executor.api.SnapshotReader;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.executor.api.TaskReport;
import dev.sluice.executor.api.Watermarks;
import dev.sluice.translation.operator.BeamTime;
import dev.sluice.translation.operator.FailedStep;
import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.StageMetrics;
import dev.sluice.translation.operator.StepMetrics;
import dev.sluice.translation.operator.stage.FusedStep.FromStage;
import dev.sluice.translation.operator.stage.FusedStep.FromStep;
import dev.sluice.translation.operator.stage.FusedStep.Origin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.runners.core.metrics.MetricsContainerImpl;

/**
 * Drives the operators of one partition through each micro-batch, as {@link Operator} says: all
 * elements of the batch go through the whole chain by direct calls; then the steps are finished one
 * after the other, each with its own input and output watermark, so that a hold of one is seen by
 * the next.
 */
final class StageProcessor implements PartitionProcessor {
  private final FusedStage stage;
  private final StepContext[] contexts;
  private final Operator[] operators;
  private final List<RecordConsumer> inputs = new ArrayList<>();
  private final List<StageEntry> entries = new ArrayList<>();
  private final long[] inputWatermarks;
  private final long[] stepWatermarks;
  private final long[] sealed;
  private final StageBatch batch = new StageBatch();
  private final StageMetrics metrics = new StageMetrics();
  private boolean heldBack;

  StageProcessor(FusedStage stage, ProcessorContext context) throws Exception {
    this.stage = stage;
    int steps = stage.steps().size();
    inputWatermarks = new long[steps];
    Arrays.fill(inputWatermarks, BeamTime.MIN);
    stepWatermarks = new long[steps];
    Arrays.fill(stepWatermarks, BeamTime.MIN);
    sealed = new long[stage.outputSteps().size()];
    Arrays.fill(sealed, Watermarks.MIN);
    operators = new Operator[steps];
    contexts = new StepContext[steps];
    try {
      // Last step first, so that each finds the receivers of its output complete.
      for (int s = steps - 1; s >= 0; s--) {
        FusedStep step = stage.steps().get(s);
        contexts[s] =
            new StepContext(
                step,
                Router.receivers(step, contexts, operators, batch),
                context,
                stage,
                batch,
                metrics);
        operators[s] = create(s);
      }
    } catch (Exception | Error e) {
      closeAfter(e);
      throw e;
    }
    for (int input = 0; input < context.stage().inputs(); input++) {
      inputs.add(consumerOf(input));
    }
  }

  private Operator create(int s) throws Exception {
    try {
      return stage.steps().get(s).spec().create(contexts[s]);
    } catch (Exception | Error e) {
      FailedStep.note(e, contexts[s].stepName());
      throw e;
    }
  }

  private RecordConsumer consumerOf(int stageInput) {
    List<RecordConsumer> takers = new ArrayList<>();
    for (int s = 0; s < stage.steps().size(); s++) {
      List<Origin> origins = stage.steps().get(s).inputs();
      for (int i = 0; i < origins.size(); i++) {
        if (origins.get(i) instanceof FromStage from && from.input() == stageInput) {
          StageEntry entry = new StageEntry(operators[s], i, contexts[s]);
          entries.add(entry);
          takers.add(entry);
        }
      }
    }
    if (takers.size() == 1) {
      return takers.get(0);
    }
    return record -> {
      for (RecordConsumer taker : takers) {
        taker.accept(record);
      }
    };
  }

  @Override
  public TaskReport process(BatchContext context) throws Exception {
    batch.begin(context);
    int outer = metrics.enterStage();
    try {
      startSteps();
      for (int i = 0; i < inputs.size(); i++) {
        InputBlock block = context.input(i);
        if (!block.isEmpty()) {
          block.drain(inputs.get(i));
        }
      }
      finishSteps(context);
      return report(context);
    } finally {
      metrics.leave(outer);
      batch.end();
    }
  }

  private void startSteps() throws Exception {
    int s = 0;
    try {
      for (; s < operators.length; s++) {
        operators[s].startBatch();
      }
    } catch (Exception | Error e) {
      FailedStep.note(e, contexts[s].stepName());
      throw e;
    }
  }

  private void finishSteps(BatchContext context) throws Exception {
    for (int s = 0; s < operators.length; s++) {
      long watermark = BeamTime.MAX;
      for (Origin origin : stage.steps().get(s).inputs()) {
        watermark = Math.min(watermark, watermarkOf(origin, context));
      }
      // after a restore a new input may be behind those that were there
      inputWatermarks[s] = Math.max(inputWatermarks[s], watermark);
      finish(s, inputWatermarks[s]);
      stepWatermarks[s] = operators[s].outputWatermark();
    }
  }

  private void finish(int s, long watermark) throws Exception {
    try {
      operators[s].finishBatch(watermark);
    } catch (Exception | Error e) {
      FailedStep.note(e, contexts[s].stepName());
      throw e;
    }
  }

  private long watermarkOf(Origin origin, BatchContext context) {
    if (origin instanceof FromStep from) {
      return stepWatermarks[from.step()];
    }
    return BeamTime.fromEngine(context.input(((FromStage) origin).input()).watermark());
  }

  private TaskReport report(BatchContext context) {
    boolean withheld = seal(context);
    entries.forEach(StageEntry::tellCount);
    long wakeUp = TaskReport.NO_WAKE_UP;
    boolean wantsAcknowledge = false;
    Map<String, MetricsContainerImpl> counted = null;
    for (int s = 0; s < operators.length; s++) {
      Operator operator = operators[s];
      wakeUp = Math.min(wakeUp, operator.nextWakeUp());
      wantsAcknowledge |= operator.wantsAcknowledge();
      MetricsContainerImpl container = contexts[s].takeMetrics();
      if (container != null) {
        counted = counted == null ? new LinkedHashMap<>() : counted;
        counted.put(stage.steps().get(s).name(), container);
      }
    }
    return new TaskReport(
        sealed.clone(),
        wakeUp,
        withheld,
        counted == null ? null : new StepMetrics(counted),
        wantsAcknowledge);
  }

  /** Sets {@link #sealed}; returns whether an end was held back. */
  private boolean seal(BatchContext context) {
    boolean withheld = false;
    for (int i = 0; i < sealed.length; i++) {
      long watermark = BeamTime.toEngine(stepWatermarks[stage.outputSteps().get(i)]);
      boolean ends = watermark == Watermarks.MAX && sealed[i] != Watermarks.MAX;
      if (ends && stage.holdsBackEnd() && !mayEnd(context)) {
        withheld = true;
      } else {
        sealed[i] = watermark;
      }
    }
    heldBack = withheld;
    return withheld;
  }

  /**
   * The end of time may go on in the very batch that brings it only where nothing was emitted with
   * it; else it waits for a batch that says everything has settled.
   */
  private boolean mayEnd(BatchContext context) {
    return heldBack ? context.descriptor().releaseWithheld() : !batch.emitted();
  }

  private void closeAfter(Throwable failure) {
    try {
      close();
    } catch (Exception e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public void snapshot(SnapshotWriter rows, boolean full) throws Exception {
    for (int s = 0; s < operators.length; s++) {
      operators[s].snapshot(StepTables.writer(stage.steps().get(s).name(), rows), full);
    }
    for (int s = 0; s < operators.length; s++) {
      StepTables.putWatermarks(
          rows, stage.steps().get(s).name(), inputWatermarks[s], stepWatermarks[s]);
    }
  }

  @Override
  public void snapshotCommitted(boolean committed) {
    for (Operator operator : operators) {
      operator.snapshotCommitted(committed);
    }
  }

  @Override
  public void restore(SnapshotReader rows) throws Exception {
    for (int s = 0; s < operators.length; s++) {
      String name = stage.steps().get(s).name();
      long[] watermarks = StepTables.watermarks(name, rows);
      inputWatermarks[s] = watermarks[0];
      stepWatermarks[s] = watermarks[1];
      operators[s].restore(StepTables.reader(name, rows));
      operators[s].restoreWatermarks(watermarks[0], watermarks[1]);
    }
    for (int i = 0; i < sealed.length; i++) {
      sealed[i] = BeamTime.toEngine(stepWatermarks[stage.outputSteps().get(i)]);
    }
  }

  @Override
  public void acknowledge(long upTo) throws Exception {
    for (Operator operator : operators) {
      operator.acknowledge(upTo);
    }
  }

  @Override
  public void inventory(Inventory to) {
    for (int s = 0; s < operators.length; s++) {
      operators[s].inventory(to.under(stage.steps().get(s).name() + " / "));
    }
  }

  @Override
  public void close() throws Exception {
    Exception failure = null;
    for (Operator operator : operators) {
      if (operator == null) {
        continue; // creation failed before it
      }
      try {
        operator.close();
      } catch (Exception e) {
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
}
