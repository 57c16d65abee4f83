package dev.sluice.executor.node;

/** Breaks nothing: the composition root may look at the clock. */
public class PlantedNode {
  long now() {
    return System.nanoTime();
  }
}
