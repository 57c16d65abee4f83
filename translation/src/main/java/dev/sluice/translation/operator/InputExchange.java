package dev.sluice.translation.operator;

import java.io.Serializable;
import org.apache.beam.sdk.coders.Coder;

/** How a main input of a step wants its elements brought: where stages are cut. */
public sealed interface InputExchange extends Serializable {
  /** As they come: the step may be fused with its producer. */
  record Fused() implements InputExchange {}

  /** By key: elements are {@code KV}s, all of one key in one partition, in order. */
  record Keyed(Coder<?> keyCoder) implements InputExchange {}

  /** Cut, partition to partition: what comes in is a released block (stable input). */
  record Cut() implements InputExchange {}

  /** Spread evenly over many partitions. */
  record Scattered() implements InputExchange {}

  /** All in one partition. */
  record Gathered() implements InputExchange {}
}
