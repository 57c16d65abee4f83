package dev.sluice.executor.block;

import dev.sluice.executor.api.EdgeSpec;
import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.StageSpec;
import dev.sluice.executor.api.ViewSpec;

/**
 * The formats of all records that go between the stages of a job, so that what is learnt about
 * their size is shared. May be used by any thread.
 */
public final class RecordFormats {
  private final RecordFormat[] edges;
  private final RecordFormat[] encodedEdges;
  private final RecordFormat[] views;
  private final RecordFormat[] encodedViews;
  private final SizeEstimate[] sources;

  /** Of all edges and views of a graph. */
  public RecordFormats(JobGraph graph) {
    edges = new RecordFormat[graph.edges().size()];
    encodedEdges = new RecordFormat[edges.length];
    for (EdgeSpec edge : graph.edges()) {
      String name =
          "the edge from "
              + graph.stages().get(edge.producer()).name()
              + " to "
              + graph.stages().get(edge.consumer()).name();
      edges[edge.id()] = new RecordFormat(name, edge.codec(), false);
      encodedEdges[edge.id()] = new RecordFormat(name, edge.codec(), true);
    }
    sources = new SizeEstimate[graph.stages().size()];
    for (StageSpec stage : graph.stages()) {
      sources[stage.id()] = stage.source() == null ? null : SizeEstimate.ofSource();
    }
    views = new RecordFormat[graph.views().size()];
    encodedViews = new RecordFormat[views.length];
    for (ViewSpec view : graph.views()) {
      String name = "a view of " + graph.stages().get(view.producer()).name();
      views[view.id()] = new RecordFormat(name, view.codec(), false);
      encodedViews[view.id()] = new RecordFormat(name, view.codec(), true);
    }
  }

  /** The size of the records that a source stage reads. */
  public SizeEstimate ofSource(int stage) {
    return sources[stage];
  }

  /** Of the records of an edge. */
  public RecordFormat ofEdge(EdgeSpec edge, boolean encoded) {
    return encoded ? encodedEdges[edge.id()] : edges[edge.id()];
  }

  /** Of the records of a view. */
  public RecordFormat ofView(ViewSpec view, boolean encoded) {
    return encoded ? encodedViews[view.id()] : views[view.id()];
  }
}
