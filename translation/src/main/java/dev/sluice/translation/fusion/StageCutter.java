package dev.sluice.translation.fusion;

import dev.sluice.translation.graph.PipelineGraph;
import dev.sluice.translation.graph.StepNode;
import dev.sluice.translation.graph.ViewNode;
import dev.sluice.translation.operator.InputExchange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Decides which steps are fused.
 *
 * <p>Every stage has a <i>level</i>, greater than that of each stage it takes elements or views
 * from. A step joins the stage of its producers if they are all in one stage, it asks for no
 * exchange, and the views it looks at come from lower levels than that stage's; otherwise it begins
 * a stage of its own. Since edges and views lead to higher levels only, there can be no ring.
 */
final class StageCutter {
  private final PipelineGraph graph;
  private final int[] producerOf;
  private final int[] stageOf;
  private final List<List<Integer>> members = new ArrayList<>();
  private final List<Integer> levels = new ArrayList<>();

  private StageCutter(PipelineGraph graph) {
    this.graph = graph;
    this.producerOf = producers(graph);
    this.stageOf = new int[graph.steps().size()];
  }

  static StagePlan cut(PipelineGraph graph) {
    StageCutter cutter = new StageCutter(graph);
    for (StepNode step : graph.steps()) {
      cutter.place(step);
    }
    return cutter.plan();
  }

  /** For each collection the step that makes it. */
  static int[] producers(PipelineGraph graph) {
    int[] producerOf = new int[graph.collections().size()];
    for (StepNode step : graph.steps()) {
      for (int output : step.outputs()) {
        producerOf[output] = step.id();
      }
    }
    return producerOf;
  }

  private void place(StepNode step) {
    int joined = joinable(step);
    if (joined >= 0) {
      stageOf[step.id()] = joined;
      members.get(joined).add(step.id());
      return;
    }
    int level = 0;
    for (int input : step.inputs()) {
      level = Math.max(level, levelOf(input) + 1);
    }
    for (int view : step.views()) {
      level = Math.max(level, levelOf(graph.views().get(view).collection()) + 1);
    }
    stageOf[step.id()] = members.size();
    members.add(new ArrayList<>(List.of(step.id())));
    levels.add(level);
  }

  /** The stage that the step may join, -1 if none. */
  private int joinable(StepNode step) {
    if (step.inputs().isEmpty()
        || !step.exchanges().stream().allMatch(InputExchange.Fused.class::isInstance)) {
      return -1;
    }
    int stage = stageOf[producerOf[step.inputs().get(0)]];
    for (int input : step.inputs()) {
      if (stageOf[producerOf[input]] != stage) {
        return -1;
      }
    }
    for (int view : step.views()) {
      ViewNode node = graph.views().get(view);
      if (levelOf(node.collection()) >= levels.get(stage)) {
        return -1;
      }
    }
    return stage;
  }

  private int levelOf(int collection) {
    return levels.get(stageOf[producerOf[collection]]);
  }

  /** Numbers the stages by level. */
  private StagePlan plan() {
    List<Integer> order = new ArrayList<>();
    for (int stage = 0; stage < members.size(); stage++) {
      order.add(stage);
    }
    order.sort(Comparator.comparing(levels::get));
    int[] renumbered = new int[order.size()];
    List<List<Integer>> stages = new ArrayList<>();
    for (int stage : order) {
      renumbered[stage] = stages.size();
      stages.add(List.copyOf(members.get(stage)));
    }
    int[] result = new int[stageOf.length];
    for (int step = 0; step < result.length; step++) {
      result[step] = renumbered[stageOf[step]];
    }
    return new StagePlan(result, stages);
  }
}
