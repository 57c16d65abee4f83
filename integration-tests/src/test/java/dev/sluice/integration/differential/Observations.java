package dev.sluice.integration.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.values.KV;
import org.joda.time.Instant;

/** What the runs of this JVM have let come out so far. */
final class Observations {
  private static final Map<String, Queue<Observation>> SEEN = new ConcurrentHashMap<>();

  private Observations() {}

  /** Ends the recording of a run, and returns all of it, sorted. */
  static List<Observation> take(String run) {
    Queue<Observation> seen = SEEN.remove(run);
    List<Observation> sorted = new ArrayList<>(seen == null ? List.of() : seen);
    sorted.sort(null);
    return sorted;
  }

  /** Records what passes. */
  static final class Recording extends DoFn<KV<Integer, String>, KV<Integer, String>> {
    private static final long serialVersionUID = 1;

    private final String run;
    private final String tag;

    Recording(String run, String tag) {
      this.run = run;
      this.tag = tag;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, String> element,
        @Timestamp Instant timestamp,
        BoundedWindow window,
        PaneInfo pane,
        OutputReceiver<KV<Integer, String>> out) {
      SEEN.computeIfAbsent(run, unseen -> new ConcurrentLinkedQueue<>())
          .add(
              new Observation(
                  tag, element.getKey(), element.getValue(), window, pane, timestamp.getMillis()));
      out.output(element);
    }
  }
}
