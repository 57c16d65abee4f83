package dev.sluice.translation.operator;

import java.util.HexFormat;
import java.util.Iterator;
import org.apache.beam.sdk.values.KV;

/**
 * Elements in words, for errors: short whatever the element is, and never an error itself. Pairs,
 * iterables and arrays of bytes are written out, everything else by its {@code toString}.
 */
final class ElementText {
  private static final int MAX_LENGTH = 200;
  private static final int MAX_PARTS = 5;
  private static final int MAX_BYTES = 32;

  private final StringBuilder text = new StringBuilder();

  private ElementText() {}

  /** A value in at most {@value #MAX_LENGTH} characters, and an ellipsis. */
  static String of(Object value) {
    ElementText words = new ElementText();
    try {
      words.add(value);
    } catch (RuntimeException | StackOverflowError e) {
      words.text.append("(cannot be shown: ").append(e.getClass().getName()).append(')');
    }
    String line = words.text.toString().replaceAll("\\p{Cntrl}", "�");
    return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + "…";
  }

  private void add(Object value) {
    if (text.length() > MAX_LENGTH) {
      return;
    }
    if (value instanceof KV<?, ?> kv) {
      text.append("KV{");
      add(kv.getKey());
      text.append(", ");
      add(kv.getValue());
      text.append('}');
    } else if (value instanceof byte[] bytes) {
      text.append("0x").append(hex(bytes));
    } else if (value instanceof Iterable<?> parts) {
      addParts(parts.iterator());
    } else {
      text.append(value);
    }
  }

  private static String hex(byte[] bytes) {
    return bytes.length <= MAX_BYTES
        ? HexFormat.of().formatHex(bytes)
        : HexFormat.of().formatHex(bytes, 0, MAX_BYTES) + "… of " + bytes.length + " bytes";
  }

  private void addParts(Iterator<?> parts) {
    text.append('[');
    for (int i = 0; parts.hasNext(); i++) {
      text.append(i == 0 ? "" : ", ");
      if (i == MAX_PARTS) {
        text.append('…');
        break;
      }
      add(parts.next());
    }
    text.append(']');
  }
}
