package dev.sluice.integration.differential;

import dev.sluice.integration.differential.StreamEvent.Element;
import dev.sluice.integration.differential.StreamEvent.Elements;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A small pipeline and what flows through it: events, perhaps another branch, a step before the
 * windows, the windows, the step under test, and perhaps a second grouping.
 *
 * @param seed that it was made from, for printing
 * @param events of the test stream, without the end
 * @param branch what is flattened with it
 * @param before a step before the windows
 * @param windowing the windows
 * @param step the step under test
 * @param again a second grouping behind it
 */
record Description(
    long seed,
    List<StreamEvent> events,
    Branch branch,
    Before before,
    Windowing windowing,
    Step step,
    Optional<Again> again) {

  /** What is flattened with the stream. */
  sealed interface Branch {}

  /** Nothing. */
  record Alone() implements Branch {}

  /** Elements of a bounded source. */
  record Bounded(List<Element> elements) implements Branch {}

  /** Another stream. */
  record Another(List<StreamEvent> events) implements Branch {}

  /** The stream itself: it is divided in two by value, and united again. */
  record Forked() implements Branch {}

  /** A step before the windows that does not change elements. */
  enum Before {
    NOTHING,
    PARDO,
    RESHUFFLE,
    REDISTRIBUTE,
    SPLITTABLE
  }

  /** The step under test. */
  sealed interface Step {}

  /** A grouping. */
  record Group(Grouping grouping) implements Step {}

  /** A DoFn with state and timers. */
  record Stateful(StatefulShape shape) implements Step {}

  /** A DoFn with a side input of every third element, with default trigger and no lateness. */
  record WithSideInput(ViewShape view, WindowShape windows) implements Step {}

  /** How values are grouped. */
  enum Grouping {
    VALUES,
    COLLECT,
    SUM,
    HOT_SUM
  }

  /** What the side input is. */
  enum ViewShape {
    LIST,
    ITERABLE,
    MULTIMAP,
    SUM
  }

  /**
   * A second grouping.
   *
   * @param keys how many keys are left
   * @param windowing new windows; none to keep those there are
   */
  record Again(int keys, Optional<Windowing> windowing) {}

  /** All elements of all branches. */
  List<Element> elements() {
    List<StreamEvent> all = new ArrayList<>(events);
    List<Element> elements = new ArrayList<>();
    if (branch instanceof Bounded bounded) {
      elements.addAll(bounded.elements());
    } else if (branch instanceof Another another) {
      all.addAll(another.events());
    }
    for (StreamEvent event : all) {
      if (event instanceof Elements some) {
        elements.addAll(some.elements());
      }
    }
    return elements;
  }

  /** All windowings there are. */
  List<Windowing> windowings() {
    return Stream.concat(
            Stream.of(windowing), again.stream().flatMap(second -> second.windowing().stream()))
        .toList();
  }

  /** Whether all triggers are moved by the watermark alone. */
  boolean byWatermark() {
    return windowings().stream().allMatch(one -> one.trigger().byWatermark());
  }

  /** Whether data behind the watermark may come out of anything. */
  boolean late() {
    return windowings().stream().anyMatch(one -> one.allowedLateness() > 0);
  }

  /** The same with other events. */
  Description withEvents(List<StreamEvent> others) {
    return new Description(seed, others, branch, before, windowing, step, again);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("seed ").append(seed);
    for (StreamEvent event : events) {
      text.append("\n  ").append(event);
    }
    return text.append("\n branch ")
        .append(branch)
        .append("\n before ")
        .append(before)
        .append("\n ")
        .append(windowing)
        .append("\n ")
        .append(step)
        .append("\n ")
        .append(again.map(Again::toString).orElse(""))
        .toString();
  }
}
