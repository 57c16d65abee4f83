package dev.sluice.translation.operator.check;

import dev.sluice.executor.api.Grouping;
import dev.sluice.executor.api.Inventory;
import dev.sluice.executor.api.RecordCodec;
import dev.sluice.executor.api.SnapshotReader;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.translation.operator.ElementReceiver;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.OperatorContext;
import dev.sluice.translation.operator.StepScope;
import dev.sluice.translation.operator.StepSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.beam.runners.core.metrics.MetricsContainerImpl;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.util.IllegalMutationException;
import org.apache.beam.sdk.util.MutationDetector;
import org.apache.beam.sdk.util.MutationDetectors;
import org.apache.beam.sdk.values.WindowedValue;

/**
 * A step whose inputs and outputs are compared with what they were: the input after the user's
 * method has returned, and what it has emitted at the same moment. An element that was changed
 * fails the pipeline with the step's name.
 *
 * @param checked the step
 * @param input coder of its main input
 * @param outputs coder of each output; null where nobody reads it
 */
public record MutationCheckSpec(StepSpec checked, Coder<?> input, List<Coder<?>> outputs)
    implements StepSpec {
  private static final long serialVersionUID = 1;

  /** Copies the list; it may hold nulls. */
  public MutationCheckSpec {
    outputs = new ArrayList<>(outputs);
  }

  @Override
  public Operator create(OperatorContext context) throws Exception {
    Watch watch = new Watch(context.stepName());
    return new CheckedOperator(
        checked.create(new CheckedContext(context, outputs, watch)), input, watch);
  }

  /** What has been emitted since the user's method was called. */
  private static final class Watch {
    /** Above so many bytes a digest of the encoding is kept in place of copies. */
    private static final long MAX_COPIED = 1 << 20;

    private final String step;
    private final List<MutationDetector> emitted = new ArrayList<>();

    Watch(String step) {
      this.step = step;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // the coder is the one of the value's collection
    MutationDetector of(Object value, Coder<?> coder) throws CoderException {
      if (coder == null) {
        return MutationDetectors.noopMutationDetector();
      }
      EncodingDigest digest = EncodingDigest.of(value, (Coder) coder);
      return digest.length() > MAX_COPIED
          ? new LargeValueDetector(value, (Coder) coder, digest)
          : MutationDetectors.forValueWithCoder(value, (Coder) coder);
    }

    void emitted(Object value, Coder<?> coder) throws CoderException {
      emitted.add(of(value, coder));
    }

    void verifyEmitted() {
      for (MutationDetector output : emitted) {
        verify(output, "changed an element after it had emitted it");
      }
      emitted.clear();
    }

    void verify(MutationDetector detector, String what) {
      try {
        detector.verifyUnmodified();
      } catch (IllegalMutationException e) {
        throw new IllegalMutationException(
            "Step "
                + step
                + " "
                + what
                + ": was "
                + e.getSavedValue()
                + ", is "
                + e.getNewValue()
                + ". Elements must not be mutated; copy them first.",
            e.getSavedValue(),
            e.getNewValue(),
            e);
      }
    }
  }

  private record CheckedOperator(Operator operator, Coder<?> input, Watch watch)
      implements Operator {
    @Override
    public void startBatch() throws Exception {
      operator.startBatch();
    }

    @Override
    public void process(int number, Key key, WindowedValue<?> element) throws Exception {
      MutationDetector before = watch.of(element.getValue(), input);
      operator.process(number, key, element);
      watch.verify(before, "changed its input element");
      watch.verifyEmitted();
    }

    @Override
    public void finishBatch(long inputWatermark) throws Exception {
      operator.finishBatch(inputWatermark);
      watch.verifyEmitted();
    }

    @Override
    public long outputWatermark() {
      return operator.outputWatermark();
    }

    @Override
    public long nextWakeUp() {
      return operator.nextWakeUp();
    }

    @Override
    public void snapshot(SnapshotWriter rows, boolean full) throws Exception {
      operator.snapshot(rows, full);
    }

    @Override
    public void snapshotCommitted(boolean committed) {
      operator.snapshotCommitted(committed);
    }

    @Override
    public void restore(SnapshotReader rows) throws Exception {
      operator.restore(rows);
    }

    @Override
    public void restoreWatermarks(long inputWatermark, long outputWatermark) throws Exception {
      operator.restoreWatermarks(inputWatermark, outputWatermark);
    }

    @Override
    public void inventory(Inventory to) {
      operator.inventory(to);
    }

    @Override
    public boolean wantsAcknowledge() {
      return operator.wantsAcknowledge();
    }

    @Override
    public void acknowledge(long batch) throws Exception {
      operator.acknowledge(batch);
    }

    @Override
    public void close() throws Exception {
      operator.close();
    }
  }

  private record CheckedContext(OperatorContext context, List<Coder<?>> outputs, Watch watch)
      implements OperatorContext {
    @Override
    public ElementReceiver output(int index) {
      ElementReceiver receiver = context.output(index);
      Coder<?> coder = outputs.get(index);
      return element -> {
        watch.emitted(element.getValue(), coder);
        receiver.accept(element);
      };
    }

    @Override
    public String stepName() {
      return context.stepName();
    }

    @Override
    public PipelineOptions options() {
      return context.options();
    }

    @Override
    public int partition() {
      return context.partition();
    }

    @Override
    public int partitions() {
      return context.partitions();
    }

    @Override
    public int maxParallelism() {
      return context.maxParallelism();
    }

    @Override
    public int run() {
      return context.run();
    }

    @Override
    public boolean takesSnapshots() {
      return context.takesSnapshots();
    }

    @Override
    public long batch() {
      return context.batch();
    }

    @Override
    public long processingTime() {
      return context.processingTime();
    }

    @Override
    public boolean draining() {
      return context.draining();
    }

    @Override
    public boolean wholeInput() {
      return context.wholeInput();
    }

    @Override
    public Object view(int index) {
      return context.view(index);
    }

    @Override
    public MetricsContainerImpl metrics() {
      return context.metrics();
    }

    @Override
    public StepScope scope() {
      return context.scope();
    }

    @Override
    public <T> T shared(String name, Supplier<T> make) {
      return context.shared(name, make);
    }

    @Override
    public long memoryBudget() {
      return context.memoryBudget();
    }

    @Override
    public Grouping grouping(RecordCodec valueCodec) {
      return context.grouping(valueCodec);
    }

    @Override
    public boolean isCancelled() {
      return context.isCancelled();
    }
  }
}
