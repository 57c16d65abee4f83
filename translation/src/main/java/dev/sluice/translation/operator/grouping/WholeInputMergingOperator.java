package dev.sluice.translation.operator.grouping;

import dev.sluice.executor.api.Grouping;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.translation.coder.ElementCodec;
import dev.sluice.translation.operator.BeamTime;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.OperatorContext;
import org.apache.beam.sdk.values.WindowedValue;

/**
 * Groups the whole input of a bounded job by windows that merge, such as sessions: elements are
 * sorted and spilled by key until the watermark leaps to the end of time; then one key after the
 * other goes through Beam's {@code ReduceFnRunner}, so that memory holds the values of one key. For
 * triggers of {@link GroupDefinition#firesAtEndOfWindow}.
 *
 * <p>Nothing is in snapshots while elements are held, as with {@link WholeInputGroupByKeyOperator}.
 */
public final class WholeInputMergingOperator implements Operator {
  private final GroupDefinition group;
  private final OperatorContext context;

  /** The clock of the key that is being reduced: each key lives from the beginning to the end. */
  private final BatchClock keyClock = new BatchClock();

  private final WindowedReducer reducer;
  private Grouping held;
  private long outputWatermark = BeamTime.MIN;

  WholeInputMergingOperator(GroupDefinition group, OperatorContext context) {
    this.group = group;
    this.context = context;
    this.reducer = new WindowedReducer(group, context, keyClock);
  }

  @Override
  public void startBatch() {}

  @Override
  public void process(int input, Key key, WindowedValue<?> element) throws Exception {
    if (held == null) {
      held = context.grouping(ElementCodec.of(group.reduction().valueCoder(), group.windowCoder()));
    }
    Key of = group.isKeyed() ? key : GroupDefinition.ONLY_KEY;
    held.add(of.hash(), of.bytes(), element.withValue(group.valueOf(element.getValue())));
  }

  @Override
  public void finishBatch(long inputWatermark) throws Exception {
    if (inputWatermark >= BeamTime.MAX && held != null) {
      try (Grouping draining = held) {
        held = null;
        draining.drain(this::reduce);
      }
    }
    if (held == null) {
      outputWatermark = Math.max(outputWatermark, inputWatermark);
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // the grouping gives back what was added
  private void reduce(byte[] encodedKey, Iterable<Object> elements) throws Exception {
    keyClock.rewind();
    keyClock.processingTime(context.processingTime());
    reducer.reduce(
        Key.of(encodedKey),
        group.decodeKey(encodedKey),
        (Iterable<WindowedValue<Object>>) (Iterable) elements);
    keyClock.inputWatermark(BeamTime.MAX);
    reducer.fireEventTime();
    reducer.state().sweep();
  }

  @Override
  public long outputWatermark() {
    return outputWatermark;
  }

  @Override
  public void snapshot(SnapshotWriter rows, boolean full) {
    WholeInputGroupByKeyOperator.refuseIf(held != null, context);
  }

  @Override
  public void restoreWatermarks(long inputWatermark, long restoredOutputWatermark) {
    outputWatermark = restoredOutputWatermark;
  }

  @Override
  public void close() {
    if (held != null) {
      held.close();
    }
  }
}
