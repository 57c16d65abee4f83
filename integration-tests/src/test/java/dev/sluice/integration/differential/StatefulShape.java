package dev.sluice.integration.differential;

import java.io.Serializable;
import java.util.List;
import java.util.Set;

/**
 * What a {@link StatefulStep} does.
 *
 * @param flavour which callbacks it has
 * @param cells the state it uses
 * @param echo whether each element comes out, with the contents of all state
 * @param timers the timers that an element sets
 * @param clears whether a timer clears all state
 */
record StatefulShape(
    Flavour flavour, Set<Cell> cells, boolean echo, List<TimerUse> timers, boolean clears)
    implements Serializable {

  /** Which callbacks there are. */
  enum Flavour {
    PLAIN,
    EXPIRING,
    SORTED
  }

  /** A kind of state. */
  enum Cell {
    VALUE,
    BAG,
    MAP,
    SET,
    ORDERED,
    MULTIMAP,
    SUM
  }

  /** Which of the declared timers. */
  enum Which {
    EVENT,
    ALIGNED,
    EVENT_FAMILY,
    CLOCK,
    CLOCK_FAMILY
  }

  /** The timestamp of what a timer lets out. */
  enum Output {
    DEFAULT,
    OF_ELEMENT,
    NONE
  }

  /**
   * A timer that an element sets.
   *
   * @param which one
   * @param offset from the element's timestamp, or from now
   * @param output its output timestamp
   * @param loops how often it sets itself again
   * @param cancelled by elements whose value is a multiple of this
   */
  record TimerUse(Which which, long offset, Output output, int loops, int cancelled)
      implements Serializable {}

  boolean byClock() {
    return timers.stream()
        .anyMatch(use -> use.which() == Which.CLOCK || use.which() == Which.CLOCK_FAMILY);
  }
}
