package dev.sluice.benchmarks.compare;

import dev.sluice.benchmarks.workload.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What the runs of one workload on one engine came to. */
final class Figures {
  private final Peer peer;
  private final List<Outcome> outcomes = new ArrayList<>();
  private String failure;
  private boolean wrong;

  Figures(Peer peer) {
    this.peer = peer;
  }

  Peer peer() {
    return peer;
  }

  void add(Outcome outcome) {
    outcomes.add(outcome);
  }

  /** No more runs: why. */
  void fail(String why) {
    failure = why;
  }

  /** A run had other results than the loop. */
  void setWrong() {
    wrong = true;
  }

  boolean isWrong() {
    return wrong;
  }

  boolean hasFailed() {
    return failure != null;
  }

  /** Why there are no figures; null if there are. */
  String failure() {
    return failure;
  }

  List<Outcome> outcomes() {
    return outcomes;
  }

  /** The median of a figure over the runs; 0 if there are none. */
  double median(ToDoubleFunction<Outcome> figure) {
    double[] sorted = outcomes.stream().mapToDouble(figure).sorted().toArray();
    int n = sorted.length;
    return n == 0 ? 0 : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }

  double least(ToDoubleFunction<Outcome> figure) {
    return outcomes.stream().mapToDouble(figure).min().orElse(0);
  }

  double most(ToDoubleFunction<Outcome> figure) {
    return outcomes.stream().mapToDouble(figure).max().orElse(0);
  }
}
