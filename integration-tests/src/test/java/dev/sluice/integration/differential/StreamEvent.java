package dev.sluice.integration.differential;

import java.io.Serializable;
import java.util.List;

/** An event of a test stream. All times are milliseconds. */
sealed interface StreamEvent extends Serializable {

  /** An element; its value is unique within a description. */
  record Element(int key, int value, long timestamp) implements Serializable {
    @Override
    public String toString() {
      return value + "(key " + key + ")@" + timestamp;
    }
  }

  /** Elements that arrive together. */
  record Elements(List<Element> elements) implements StreamEvent {
    @Override
    public String toString() {
      return "elements " + elements;
    }
  }

  /** The watermark moves. */
  record Watermark(long to) implements StreamEvent {
    @Override
    public String toString() {
      return "watermark " + to;
    }
  }

  /** Time passes on the clock. */
  record Clock(long by) implements StreamEvent {
    @Override
    public String toString() {
      return "clock +" + by;
    }
  }
}
