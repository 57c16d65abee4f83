package dev.sluice.translation.operator;

import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.values.WindowedValue;

/**
 * The way out of a stage to the partitions of keys. A step that has a key encoded already may say
 * so, and it is not encoded again.
 */
public interface KeyedReceiver extends ElementReceiver {
  /** The coder of the keys, by which they are encoded in {@link Key#encode}. */
  Coder<?> keyCoder();

  /**
   * Takes an element.
   *
   * @param key what {@link Key#encode} makes of its key with {@link #keyCoder}
   * @throws Exception whatever the engine throws
   */
  void accept(Key key, WindowedValue<?> element) throws Exception;
}
