package dev.sluice.integration.differential;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.beam.sdk.transforms.windowing.PaneInfo.Timing;

/**
 * What Beam's model promises of panes whatever the trigger: every element is in exactly the panes
 * that the accumulation mode allows, and timing, indices, order and timestamps are legal.
 */
final class Panes {
  private Panes() {}

  /** What is wrong with the panes of the step under test; empty if nothing. */
  static List<String> violations(Description description, List<Observation> seen) {
    List<String> violations = new ArrayList<>();
    boolean values =
        description.step() instanceof Description.Group group
            && (group.grouping() == Description.Grouping.VALUES
                || group.grouping() == Description.Grouping.COLLECT);
    if (!(description.step() instanceof Description.Group)) {
      return violations; // what comes out there are no panes
    }
    boolean merges = description.windowing().windows().merges();
    for (List<Observation> panes : byGroup(seen)) {
      for (Observation pane : panes) {
        check(
            pane.timestamp() <= pane.window().maxTimestamp().getMillis(),
            "a timestamp beyond its window",
            pane,
            violations);
      }
      if (values && !merges) {
        checkSequence(panes, violations);
        checkContents(description, panes, violations);
      }
    }
    return violations;
  }

  private static Collection<List<Observation>> byGroup(List<Observation> seen) {
    return seen.stream()
        .filter(one -> one.tag().equals(PipelineFactory.FIRST))
        .collect(
            Collectors.groupingBy(
                one -> one.key() + " " + one.window(), TreeMap::new, Collectors.toList()))
        .values();
  }

  /** {@code EARLY* ON_TIME? LATE*}, numbered without gaps. Observations come sorted by index. */
  private static void checkSequence(List<Observation> panes, List<String> violations) {
    Timing before = Timing.EARLY;
    for (int i = 0; i < panes.size(); i++) {
      Observation pane = panes.get(i);
      Timing timing = pane.pane().getTiming();
      check(pane.pane().getIndex() == i, "a gap in the numbers before", pane, violations);
      check(pane.pane().isFirst() == (i == 0), "a wrong first mark", pane, violations);
      check(
          !pane.pane().isLast() || i == panes.size() - 1,
          "a pane after the last",
          pane,
          violations);
      check(order(timing) >= order(before), "a pane of an earlier timing", pane, violations);
      check(
          i == 0 || timing != Timing.ON_TIME || before == Timing.EARLY,
          "a second pane on time",
          pane,
          violations);
      before = timing;
    }
  }

  private static int order(Timing timing) {
    return switch (timing) {
      case EARLY -> 0;
      case ON_TIME -> 1;
      case LATE -> 2;
      case UNKNOWN -> 3;
    };
  }

  private static void checkContents(
      Description description, List<Observation> panes, List<String> violations) {
    Map<Integer, StreamEvent.Element> elements =
        description.elements().stream()
            .collect(Collectors.toMap(StreamEvent.Element::value, one -> one));
    Set<Integer> before = new HashSet<>();
    for (Observation pane : panes) {
      List<Integer> values = values(pane);
      for (int value : values) {
        StreamEvent.Element element = elements.get(value);
        check(
            element != null
                && element.key() == pane.key()
                && description
                    .windowing()
                    .windows()
                    .windowsOf(element.timestamp())
                    .contains(pane.window()),
            "an element that does not belong here",
            pane,
            violations);
      }
      check(new HashSet<>(values).size() == values.size(), "an element twice", pane, violations);
      if (description.windowing().accumulating()) {
        check(values.containsAll(before), "an element lost on the way", pane, violations);
      } else {
        check(values.stream().noneMatch(before::contains), "an element again", pane, violations);
      }
      before.addAll(values);
    }
  }

  private static List<Integer> values(Observation pane) {
    String inner = pane.value().substring(1, pane.value().length() - 1);
    return inner.isEmpty()
        ? List.of()
        : Stream.of(inner.split(", ?")).map(Integer::valueOf).toList();
  }

  private static void check(boolean legal, String what, Observation pane, List<String> violations) {
    if (!legal) {
      violations.add(what + ": " + pane);
    }
  }
}
