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
  private final RecordFormat[] leavingEdges;
  private final RecordFormat[] views;
  private final RecordFormat[] encodedViews;
  private final SizeEstimate[] sources;
  private final RecordFormat[] leavingViews;

  /** Of all edges and views of a graph. */
  public RecordFormats(JobGraph graph) {
    edges = new RecordFormat[graph.edges().size()];
    encodedEdges = new RecordFormat[edges.length];
    leavingEdges = new RecordFormat[edges.length];
    for (EdgeSpec edge : graph.edges()) {
      String name =
          "the edge from "
              + graph.stages().get(edge.producer()).name()
              + " to "
              + graph.stages().get(edge.consumer()).name();
      edges[edge.id()] = new RecordFormat(name, edge.codec(), false);
      encodedEdges[edge.id()] = new RecordFormat(name, edge.codec(), true);
      leavingEdges[edge.id()] = encodedEdges[edge.id()].leaving();
    }
    sources = new SizeEstimate[graph.stages().size()];
    for (StageSpec stage : graph.stages()) {
      sources[stage.id()] = stage.source() == null ? null : SizeEstimate.ofSource();
    }
    views = new RecordFormat[graph.views().size()];
    encodedViews = new RecordFormat[views.length];
    leavingViews = new RecordFormat[views.length];
    for (ViewSpec view : graph.views()) {
      String name = "a view of " + graph.stages().get(view.producer()).name();
      views[view.id()] = new RecordFormat(name, view.codec(), false);
      encodedViews[view.id()] = new RecordFormat(name, view.codec(), true);
      leavingViews[view.id()] = encodedViews[view.id()].leaving();
    }
  }

  /** The size of the records that a source stage reads. */
  public SizeEstimate ofSource(int stage) {
    return sources[stage];
  }

  /** Of an edge, towards a partition of this executor or of another one. */
  public RecordFormat ofEdge(EdgeSpec edge, boolean leaves, boolean encoded) {
    RecordFormat[] formats = leaves ? leavingEdges : encoded ? encodedEdges : edges;
    return formats[edge.id()];
  }

  /** Of a view, towards this executor or another one. */
  public RecordFormat ofView(ViewSpec view, boolean leaves, boolean encoded) {
    RecordFormat[] formats = leaves ? leavingViews : encoded ? encodedViews : views;
    return formats[view.id()];
  }
}
