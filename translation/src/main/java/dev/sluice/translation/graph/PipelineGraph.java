package dev.sluice.translation.graph;

import java.util.List;

/**
 * A pipeline, ready to be cut into stages.
 *
 * @param collections each at its id
 * @param steps each at its id, producers before consumers
 * @param views each at its id
 */
public record PipelineGraph(
    List<CollectionNode> collections, List<StepNode> steps, List<ViewNode> views) {
  /** Copies the lists. */
  public PipelineGraph {
    collections = List.copyOf(collections);
    steps = List.copyOf(steps);
    views = List.copyOf(views);
  }
}
