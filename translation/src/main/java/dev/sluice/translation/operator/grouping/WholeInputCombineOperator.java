package dev.sluice.translation.operator.grouping;

import com.google.errorprone.annotations.MustBeClosed;
import dev.sluice.executor.api.Grouping;
import dev.sluice.executor.api.KeyGroups;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.translation.operator.BeamTime;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.OperatorContext;
import dev.sluice.translation.operator.StepScope;
import dev.sluice.translation.operator.grouping.WindowGroups.Group;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.transforms.windowing.TimestampCombiner;
import org.apache.beam.sdk.values.WindowedValue;
import org.joda.time.Instant;

/**
 * Combines the whole input of a bounded job: accumulators in tables per window, which are emptied
 * into a spilling grouping whenever they have grown large, and merged when the watermark leaps to
 * the end of time. Conditions and snapshots are those of {@link WholeInputGroupByKeyOperator}.
 */
public final class WholeInputCombineOperator implements Operator {
  private final GroupDefinition group;
  private final Reduction reduction;
  private final OperatorContext context;
  private final StepScope scope;
  private final int maxGroups;
  private final Coder<BoundedWindow> windowCoder;
  private final boolean windowsByEquals;
  private final TimestampCombiner timestampCombiner;
  private final TableSize size;
  private final Map<Object, WindowGroups> windows = new HashMap<>();
  private WindowGroups last;
  private int groups;

  /** Accumulators for which the tables were too small; null if there are none. */
  private Grouping spilled;

  private long outputWatermark = BeamTime.MIN;

  WholeInputCombineOperator(GroupDefinition group, OperatorContext context) {
    this(group, context, 1 << 16);
  }

  WholeInputCombineOperator(GroupDefinition group, OperatorContext context, int maxGroups) {
    this.group = group;
    this.reduction = group.reduction();
    this.context = context;
    this.scope = context.scope();
    this.maxGroups = maxGroups;
    this.windowCoder = group.windowCoder();
    this.windowsByEquals = windowCoder.consistentWithEquals();
    this.timestampCombiner = group.windowing().getTimestampCombiner();
    this.size = new TableSize(group, context, context.partitions());
  }

  @Override
  public void startBatch() {}

  @Override
  public void process(int input, Key key, WindowedValue<?> element) throws Exception {
    Object value = element.getValue();
    long timestamp = element.getTimestamp().getMillis();
    boolean full = false;
    int outer = scope.enter();
    try {
      for (BoundedWindow window : element.getWindows()) {
        WindowGroups in = groupsOf(window);
        Group found = in.find(key);
        if (found == null) {
          found = new Group(in, key, group.keyOf(value), reduction.create());
          found.hold = PaneTime.first(timestampCombiner, window, timestamp);
          in.put(found);
          groups++;
        }
        found.hold = PaneTime.combined(timestampCombiner, found.hold, timestamp);
        found.accumulator = reduction.add(found.accumulator, group.valueOf(value));
        full |= size.exceeds(groups, found.decodedKey, found.accumulator);
      }
    } finally {
      scope.leave(outer);
    }
    if (full || groups >= maxGroups) {
      spill();
    }
  }

  private WindowGroups groupsOf(BoundedWindow window) throws Exception {
    if (last != null && last.isOf(window, windowsByEquals)) {
      return last;
    }
    Object identity = windowsByEquals ? window : windowCoder.structuralValue(window);
    last = windows.get(identity);
    if (last == null) {
      byte[] encoded = group.encode(window);
      last = new WindowGroups(window, identity, encoded, group.windowing());
      windows.put(identity, last);
    }
    return last;
  }

  private void spill() throws Exception {
    if (spilled == null) {
      spilled = context.grouping(new Stamped.Codec(reduction.accumulatorCoder()));
    }
    // in any order: the grouping sorts, and a key is in a table once
    for (WindowGroups in : windows.values()) {
      for (Group found : in.all()) {
        byte[] address = GroupAddress.encode(group, found.key.bytes(), in.window());
        Object accumulator;
        try (Closeable metrics = scoped()) {
          accumulator = reduction.compact(found.accumulator);
        }
        spilled.add(KeyGroups.hash(address), address, new Stamped(accumulator, found.hold));
      }
    }
    forget();
  }

  private void forget() {
    windows.clear();
    last = null;
    groups = 0;
    size.emptied();
  }

  private List<WindowGroups> inOrder() {
    List<WindowGroups> ordered = new ArrayList<>(windows.values());
    Collections.sort(ordered);
    return ordered;
  }

  @Override
  public void finishBatch(long inputWatermark) throws Exception {
    if (inputWatermark >= BeamTime.MAX) {
      if (spilled == null) {
        fireTables();
      } else {
        spill();
        try (Grouping draining = spilled) {
          spilled = null;
          draining.drain(this::fireSpilled);
        }
      }
    }
    if (!isHolding()) {
      outputWatermark = Math.max(outputWatermark, inputWatermark);
    }
  }

  private void fireTables() throws Exception {
    for (WindowGroups in : inOrder()) {
      for (Group found : in.inOrder()) {
        fire(found.decodedKey, in.window(), found.accumulator, found.hold);
      }
    }
    forget();
  }

  private void fireSpilled(byte[] encoded, Iterable<Object> stamped) throws Exception {
    GroupAddress address = GroupAddress.decode(group, encoded);
    long timestamp = ((Stamped) stamped.iterator().next()).timestamp();
    for (Object one : stamped) {
      timestamp = PaneTime.combined(timestampCombiner, timestamp, ((Stamped) one).timestamp());
    }
    Object merged;
    try (Closeable metrics = scoped()) {
      // Into a fresh one: the first of those that are merged may be changed, and the grouping's
      // own are to stay as they are.
      merged = reduction.create();
      for (Object one : new StampedValues(stamped)) {
        merged = reduction.merge(List.of(merged, one));
      }
    }
    fire(address.key(), address.window(), merged, timestamp);
  }

  private void fire(Object key, BoundedWindow window, Object accumulator, long timestamp)
      throws Exception {
    Object result;
    int outer = scope.enter();
    try {
      result = reduction.extract(accumulator);
    } finally {
      scope.leave(outer);
    }
    context
        .output(0)
        .accept(
            group.output(key, result),
            Instant.ofEpochMilli(Math.min(timestamp, window.maxTimestamp().getMillis())),
            List.of(window),
            PaneInfo.ON_TIME_AND_ONLY_FIRING);
  }

  private boolean isHolding() {
    return groups > 0 || spilled != null;
  }

  @Override
  public long outputWatermark() {
    return outputWatermark;
  }

  @Override
  public void snapshot(SnapshotWriter rows, boolean full) {
    WholeInputGroupByKeyOperator.refuseIf(isHolding(), context);
  }

  @MustBeClosed
  private Closeable scoped() {
    return scope.open();
  }

  @Override
  public void restoreWatermarks(long inputWatermark, long restoredOutputWatermark) {
    outputWatermark = restoredOutputWatermark;
  }

  @Override
  public void close() {
    if (spilled != null) {
      spilled.close();
    }
  }
}
