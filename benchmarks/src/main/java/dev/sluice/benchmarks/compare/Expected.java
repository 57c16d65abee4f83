package dev.sluice.benchmarks.compare;

import dev.sluice.benchmarks.loop.LoopEngine;
import dev.sluice.benchmarks.workload.Outcome;
import dev.sluice.benchmarks.workload.Trial;
import dev.sluice.benchmarks.workload.Workload;
import java.util.HashMap;
import java.util.Map;

/** What the results of a job have to be: those of the plain loop on one thread. */
final class Expected {
  private final Map<Size, Outcome> known = new HashMap<>();

  private record Size(Workload workload, long records) {}

  /** Whether a job's results are as they have to be. */
  boolean agrees(Workload workload, Outcome outcome) throws Exception {
    Size size = new Size(workload, outcome.records());
    Outcome expected = known.get(size);
    if (expected == null) {
      expected = new Trial(new LoopEngine(1), workload).run(outcome.records());
      known.put(size, expected);
    }
    return expected.results() == outcome.results()
        && expected.checksum().equals(outcome.checksum());
  }
}
