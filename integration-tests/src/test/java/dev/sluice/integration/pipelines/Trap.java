package dev.sluice.integration.pipelines;

import java.io.Serializable;

/**
 * User code that throws in one place, named by the test; in all others it does nothing.
 *
 * @param place where it throws
 */
public record Trap(String place) implements Serializable {
  /** What is thrown. */
  public static final class Sprung extends RuntimeException {
    private static final long serialVersionUID = 1;

    Sprung(String place) {
      super("thrown on purpose in " + place);
    }
  }

  /** A trap that is nowhere. */
  public static Trap none() {
    return new Trap("nowhere");
  }

  /** User code passes a place. */
  public void at(String passed) {
    if (place.equals(passed)) {
      throw new Sprung(place);
    }
  }
}
