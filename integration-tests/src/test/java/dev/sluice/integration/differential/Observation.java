package dev.sluice.integration.differential;

import java.util.Comparator;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;

/**
 * An element that came out of a step.
 *
 * @param tag of the step
 * @param key the element's
 * @param value the element's; collections are sorted
 * @param window the one that it was seen in
 * @param pane that it belongs to
 * @param timestamp the element's
 */
record Observation(
    String tag, int key, String value, BoundedWindow window, PaneInfo pane, long timestamp)
    implements Comparable<Observation> {
  private static final Comparator<Observation> ORDER =
      Comparator.comparing(Observation::tag)
          .thenComparing(Observation::key)
          .thenComparing(seen -> seen.window().maxTimestamp())
          .thenComparing(seen -> seen.window().toString())
          .thenComparing(seen -> seen.pane().getIndex())
          .thenComparing(Observation::timestamp)
          .thenComparing(Observation::value)
          .thenComparing(seen -> seen.pane().toString());

  @Override
  public int compareTo(Observation that) {
    return ORDER.compare(this, that);
  }

  @Override
  public String toString() {
    String edges = (pane.isFirst() ? " first" : "") + (pane.isLast() ? " last" : "");
    return String.format(
        "%s key %d %s in %s %s %d/%d%s @%d",
        tag,
        key,
        value,
        window,
        pane.getTiming(),
        pane.getIndex(),
        pane.getNonSpeculativeIndex(),
        edges,
        timestamp);
  }
}
