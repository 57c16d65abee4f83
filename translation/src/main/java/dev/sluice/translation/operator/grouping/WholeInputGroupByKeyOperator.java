package dev.sluice.translation.operator.grouping;

import dev.sluice.executor.api.Grouping;
import dev.sluice.executor.api.KeyGroups;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.translation.operator.BeamTime;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.OperatorContext;
import java.util.List;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.transforms.windowing.TimestampCombiner;
import org.apache.beam.sdk.values.WindowedValue;
import org.joda.time.Instant;

/**
 * Groups the whole input of a bounded job, which may be many times the memory: values are sorted
 * and spilled by (key, window) until the watermark leaps to the end of time, at which every window
 * fires, once. For windows that do not merge and triggers of {@link
 * GroupDefinition#firesAtEndOfWindow}; allowed lateness does not matter here, since nothing is late
 * before the leap and nothing comes after it.
 *
 * <p>Nothing is in snapshots while values are held: a bounded job begins anew, or goes on from a
 * checkpoint before its data or after its end; a snapshot in between is refused.
 */
public final class WholeInputGroupByKeyOperator implements Operator {
  private final GroupDefinition group;
  private final OperatorContext context;
  private final TimestampCombiner timestampCombiner;

  /** What has come and has not been given out; null if nothing. */
  private Grouping held;

  private long outputWatermark = BeamTime.MIN;

  WholeInputGroupByKeyOperator(GroupDefinition group, OperatorContext context) {
    this.group = group;
    this.context = context;
    this.timestampCombiner = group.windowing().getTimestampCombiner();
  }

  @Override
  public void startBatch() {}

  @Override
  public void process(int input, Key key, WindowedValue<?> element) throws Exception {
    if (held == null) {
      held = context.grouping(new Stamped.Codec(group.reduction().valueCoder()));
    }
    byte[] encodedKey = group.isKeyed() ? key.bytes() : GroupDefinition.ONLY_KEY.bytes();
    Stamped value =
        new Stamped(group.valueOf(element.getValue()), element.getTimestamp().getMillis());
    for (BoundedWindow window : element.getWindows()) {
      byte[] address = GroupAddress.encode(group, encodedKey, window);
      held.add(KeyGroups.hash(address), address, value);
    }
  }

  @Override
  public void finishBatch(long inputWatermark) throws Exception {
    if (inputWatermark >= BeamTime.MAX && held != null) {
      try (Grouping draining = held) {
        held = null;
        draining.drain(this::fire);
      }
    }
    if (held == null) {
      outputWatermark = Math.max(outputWatermark, inputWatermark);
    }
  }

  private void fire(byte[] encoded, Iterable<Object> stamped) throws Exception {
    GroupAddress address = GroupAddress.decode(group, encoded);
    context
        .output(0)
        .accept(
            group.output(address.key(), new StampedValues(stamped)),
            timestamp(address.window(), stamped),
            List.of(address.window()),
            PaneInfo.ON_TIME_AND_ONLY_FIRING);
  }

  private Instant timestamp(BoundedWindow window, Iterable<Object> stamped) {
    long end = window.maxTimestamp().getMillis();
    if (timestampCombiner.dependsOnlyOnWindow()) {
      return Instant.ofEpochMilli(end);
    }
    long combined = ((Stamped) stamped.iterator().next()).timestamp();
    for (Object value : stamped) {
      combined = PaneTime.combined(timestampCombiner, combined, ((Stamped) value).timestamp());
    }
    return Instant.ofEpochMilli(Math.min(combined, end));
  }

  @Override
  public long outputWatermark() {
    return outputWatermark;
  }

  @Override
  public void snapshot(SnapshotWriter rows, boolean full) {
    refuseIf(held != null, context);
  }

  /** Refuses a snapshot while a step holds the whole input of a bounded job. */
  static void refuseIf(boolean holding, OperatorContext context) {
    if (holding) {
      throw new IllegalStateException(
          "step "
              + context.stepName()
              + " holds the whole input of a bounded job, which is in no checkpoint; checkpoints"
              + " are taken before or after it");
    }
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
