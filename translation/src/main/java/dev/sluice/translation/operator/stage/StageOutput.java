package dev.sluice.translation.operator.stage;

import java.io.Serializable;
import org.apache.beam.sdk.coders.Coder;

/** What becomes of an element that leaves the stage. */
sealed interface StageOutput extends Serializable {
  /** It goes as it is. */
  record Plain() implements StageOutput {}

  /** It goes to the partition of its key, which is encoded here, once. */
  record Keyed(Coder<?> keyCoder) implements StageOutput {}
}
