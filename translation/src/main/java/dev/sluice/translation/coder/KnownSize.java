package dev.sluice.translation.coder;

import dev.sluice.executor.api.RecordCodec;
import dev.sluice.executor.api.Spillable;
import java.util.List;
import org.apache.beam.sdk.transforms.join.RawUnionValue;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.beam.sdk.values.ValueInSingleWindow;

/** Sizes of values that can be seen at once, without a coder. */
public final class KnownSize {
  private KnownSize() {}

  /**
   * About how many bytes the arrays, strings and lists of a value take, 0 for all else; {@link
   * RecordCodec#ON_DISK} if it has a part on disk.
   */
  public static int of(Object value) {
    if (value instanceof byte[] bytes) {
      return bytes.length;
    }
    if (value instanceof String string) {
      return string.length();
    }
    if (value instanceof KV<?, ?> kv) {
      return sum(of(kv.getKey()), of(kv.getValue()));
    }
    // accumulators of counts and sums; to look for interfaces in vain is slow
    if (value instanceof Number || value instanceof long[] || value instanceof int[]) {
      return 0;
    }
    if (value instanceof Spillable part && part.isOnDisk()) {
      return RecordCodec.ON_DISK;
    }
    if (value instanceof RawUnionValue union) {
      return of(union.getValue());
    }
    if (value instanceof TimestampedValue<?> timestamped) {
      return of(timestamped.getValue());
    }
    if (value instanceof ValueInSingleWindow<?> windowed) {
      return of(windowed.getValue());
    }
    if (value instanceof List<?> list && !list.isEmpty()) {
      int first = of(list.get(0));
      if (first == RecordCodec.ON_DISK) {
        return first;
      }
      long all = (16L + first) * list.size();
      return (int) Math.min(Integer.MAX_VALUE, all);
    }
    return 0;
  }

  private static int sum(int left, int right) {
    if (left == RecordCodec.ON_DISK || right == RecordCodec.ON_DISK) {
      return RecordCodec.ON_DISK;
    }
    return (int) Math.min(Integer.MAX_VALUE, (long) left + right);
  }
}
