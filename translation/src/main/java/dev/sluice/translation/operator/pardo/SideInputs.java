package dev.sluice.translation.operator.pardo;

import dev.sluice.translation.operator.view.ViewReader;
import java.util.List;
import org.apache.beam.sdk.values.PCollectionView;
import org.joda.time.Duration;

/** The views of a step, and the elements that wait for them. One thread. */
final class SideInputs {
  private final ViewReader reader;
  private final SideInputGate gate;
  private final Pushback pushback;
  private final Duration allowedLateness;

  SideInputs(
      List<PCollectionView<?>> views,
      ViewReader reader,
      Pushback pushback,
      Duration allowedLateness) {
    this.reader = reader;
    this.gate = new SideInputGate(views, reader);
    this.pushback = pushback;
    this.allowedLateness = allowedLateness;
  }

  /** Whether the step has no views. */
  boolean isEmpty() {
    return reader.isEmpty();
  }

  /** Reads the views. */
  ViewReader reader() {
    return reader;
  }

  /** Says what is ready. */
  SideInputGate gate() {
    return gate;
  }

  /** What waits. */
  Pushback pushback() {
    return pushback;
  }

  /**
   * The batch is over; views may forget what nobody will ask for.
   *
   * @param watermark the step's input watermark, held back by waiting elements
   */
  void endBatch(long watermark) {
    if (!reader.isEmpty()) {
      gate.endBatch();
      reader.passed(watermark, allowedLateness);
    }
  }

  /** The step reads no more. */
  void close() {
    reader.close();
    pushback.close();
  }
}
