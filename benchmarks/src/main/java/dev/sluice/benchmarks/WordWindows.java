package dev.sluice.benchmarks;

import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.KeyedElement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowedValues;
import org.apache.beam.sdk.values.WindowingStrategy;
import org.joda.time.Duration;
import org.joda.time.Instant;

/** Windows of a second, one batch each: each key so many times, in an order that looks random. */
final class WordWindows {
  static final int KEYS = 1_000;
  static final int PER_KEY = 10;
  static final int ELEMENTS = KEYS * PER_KEY;

  static final KvCoder<String, Long> CODER = KvCoder.of(StringUtf8Coder.of(), VarLongCoder.of());
  static final WindowingStrategy<?, ?> WINDOWING =
      WindowingStrategy.of(FixedWindows.of(Duration.millis(1000)));

  /** Has no common divisor with the number of elements. */
  private static final int STRIDE = 7_919;

  private final List<KV<String, Long>> values = new ArrayList<>();
  private final List<Key> keys = new ArrayList<>();
  private long window;

  WordWindows() throws IOException {
    List<Key> encoded = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      encoded.add(Key.encode(StringUtf8Coder.of(), word(i)));
    }
    for (int i = 0; i < ELEMENTS; i++) {
      int key = (int) ((long) i * STRIDE % ELEMENTS % KEYS);
      values.add(KV.of(word(key), (long) i));
      keys.add(encoded.get(key));
    }
  }

  private static String word(int number) {
    return "word" + (100_000 + number);
  }

  /** The values, in the order in which each window has them. */
  List<KV<String, Long>> values() {
    return values;
  }

  /** The elements of the next window as they come from a shuffle. */
  List<Object> nextKeyed() {
    List<Object> records = new ArrayList<>(ELEMENTS);
    List<WindowedValue<KV<String, Long>>> elements = nextElements();
    for (int i = 0; i < ELEMENTS; i++) {
      records.add(new KeyedElement(keys.get(i), elements.get(i)));
    }
    return records;
  }

  /** The elements of the next window as they come before a shuffle. */
  List<Object> next() {
    return new ArrayList<>(nextElements());
  }

  private List<WindowedValue<KV<String, Long>>> nextElements() {
    IntervalWindow in =
        new IntervalWindow(Instant.ofEpochMilli(window * 1000), Duration.millis(1000));
    window++;
    List<WindowedValue<KV<String, Long>>> elements = new ArrayList<>(ELEMENTS);
    for (KV<String, Long> value : values) {
      elements.add(WindowedValues.of(value, in.start(), in, PaneInfo.NO_FIRING));
    }
    return elements;
  }

  /** A watermark that has passed the windows given out. */
  long watermark() {
    return window * 1000;
  }
}
