package dev.sluice.translation.coder;

import java.util.List;
import org.apache.beam.sdk.transforms.join.RawUnionValue;
import org.apache.beam.sdk.values.KV;

/** Sizes of values that can be seen at once, without a coder. */
public final class KnownSize {
  private KnownSize() {}

  /** About how many bytes the arrays, strings and lists of a value take; 0 for all else. */
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
    if (value instanceof RawUnionValue union) {
      return of(union.getValue());
    }
    if (value instanceof List<?> list && !list.isEmpty()) {
      long first = 16L + of(list.get(0));
      return (int) Math.min(Integer.MAX_VALUE, first * list.size());
    }
    return 0;
  }

  private static int sum(int left, int right) {
    return (int) Math.min(Integer.MAX_VALUE, (long) left + right);
  }
}
