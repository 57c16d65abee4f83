package dev.sluice.translation.operator.grouping;

import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.OperatorContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.windowing.AfterWatermark;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.DefaultTrigger;
import org.apache.beam.sdk.transforms.windowing.Never;
import org.apache.beam.sdk.transforms.windowing.Trigger;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.WindowingStrategy;

/**
 * What is grouped, and how.
 *
 * @param keyCoder coder of keys, or null if everything is one group per window, whose elements are
 *     values and whose results come out without a key
 * @param windowing how the input is windowed
 * @param reduction what becomes of the values
 */
record GroupDefinition(
    Coder<Object> keyCoder, WindowingStrategy<Object, BoundedWindow> windowing, Reduction reduction)
    implements Serializable {
  /** The key of everything where there are no keys. */
  static final Key ONLY_KEY = Key.of(new byte[0]);

  boolean isKeyed() {
    return keyCoder != null;
  }

  Object keyOf(Object element) {
    return isKeyed() ? ((KV<?, ?>) element).getKey() : null;
  }

  Object valueOf(Object element) {
    return isKeyed() ? ((KV<?, ?>) element).getValue() : element;
  }

  Object output(Object key, Object result) {
    return isKeyed() ? KV.of(key, result) : result;
  }

  Object decodeKey(byte[] key) throws IOException {
    return isKeyed() ? keyCoder.decode(new ByteArrayInputStream(key)) : null;
  }

  byte[] encode(BoundedWindow window) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(16);
    windowCoder().encode(window, out);
    return out.toByteArray();
  }

  Coder<BoundedWindow> windowCoder() {
    return windowing.getWindowFn().windowCoder();
  }

  /**
   * Whether each window fires exactly once, when the watermark passes its end, unless late data is
   * allowed.
   */
  boolean firesAtEndOfWindow() {
    Trigger trigger = windowing.getTrigger();
    return trigger instanceof DefaultTrigger
        || trigger instanceof Never.NeverTrigger
        || trigger instanceof AfterWatermark.FromEndOfWindow;
  }

  /** Whether the fast twin does the same as the general operator. */
  boolean isFast() {
    return reduction.inTables()
        && !windowing.needsMerge()
        && firesAtEndOfWindow()
        && windowing.getAllowedLateness().getMillis() == 0;
  }

  /** The fastest operator that does what Beam asks for. */
  Operator operator(OperatorContext context) {
    if (context.wholeInput() && firesAtEndOfWindow()) {
      if (windowing.needsMerge()) {
        return new WholeInputMergingOperator(this, context);
      }
      if (reduction.inTables()) {
        return reduction.runsUserCode()
            ? new WholeInputCombineOperator(this, context)
            : new WholeInputGroupByKeyOperator(this, context);
      }
    }
    return isFast() ? new FastGroupByKeyOperator(this, context) : generalOperator(context);
  }

  /** The operator that can do everything. */
  Operator generalOperator(OperatorContext context) {
    return new GroupByKeyOperator(this, context);
  }
}
