package dev.sluice.executor.api;

import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A job: stages in topological order, the edges between them, and views.
 *
 * @param name for people
 * @param stages each at its id; edges and views lead only to later ones
 * @param edges each at its id
 * @param views each at its id
 * @param settings how to run it
 */
public record JobGraph(
    String name,
    List<StageSpec> stages,
    List<EdgeSpec> edges,
    List<ViewSpec> views,
    JobSettings settings)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /** Checks the whole graph. */
  public JobGraph {
    stages = List.copyOf(stages);
    edges = List.copyOf(edges);
    views = List.copyOf(views);
    for (int i = 0; i < stages.size(); i++) {
      require(stages.get(i).id() == i, "stage " + stages.get(i).name() + " is not at its id");
    }
    Set<List<Integer>> fed = new HashSet<>();
    for (int i = 0; i < edges.size(); i++) {
      EdgeSpec edge = edges.get(i);
      require(edge.id() == i, "edge " + i + " is not at its id");
      require(edge.producer() < edge.consumer(), "edge " + i + " does not lead to a later stage");
      require(
          edge.output() < stages.get(edge.producer()).outputs(), "edge " + i + ": no such output");
      require(edge.input() < stages.get(edge.consumer()).inputs(), "edge " + i + ": no such input");
      require(stages.get(edge.consumer()).source() == null, "edge " + i + " feeds a source stage");
      fed.add(List.of(edge.consumer(), edge.input()));
    }
    for (int i = 0; i < views.size(); i++) {
      ViewSpec view = views.get(i);
      require(view.id() == i, "view " + i + " is not at its id");
      require(
          view.output() < stages.get(view.producer()).outputs(), "view " + i + ": no such output");
    }
    for (StageSpec stage : stages) {
      for (int view : stage.views()) {
        require(
            views.get(view).producer() < stage.id(),
            "stage " + stage.name() + " looks at a later view");
      }
      for (int input = 0; stage.source() == null && input < stage.inputs(); input++) {
        require(
            fed.contains(List.of(stage.id(), input)),
            "input " + input + " of stage " + stage.name() + " is fed by nothing");
      }
    }
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException("malformed job graph: " + message);
    }
  }
}
