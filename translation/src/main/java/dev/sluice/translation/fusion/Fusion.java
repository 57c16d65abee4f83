package dev.sluice.translation.fusion;

import dev.sluice.executor.api.EdgeSpec;
import dev.sluice.executor.api.Exchange;
import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.JobSettings;
import dev.sluice.executor.api.RecordCodec;
import dev.sluice.executor.api.StageSpec;
import dev.sluice.executor.api.ViewSpec;
import dev.sluice.translation.coder.ElementCodec;
import dev.sluice.translation.coder.KeyedElementCodec;
import dev.sluice.translation.graph.CollectionNode;
import dev.sluice.translation.graph.PipelineGraph;
import dev.sluice.translation.graph.StepNode;
import dev.sluice.translation.graph.ViewNode;
import dev.sluice.translation.operator.InputExchange;
import dev.sluice.translation.operator.stage.FusedStageBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.runners.core.construction.SerializablePipelineOptions;

/**
 * Makes the engine's job graph: cuts the steps into stages ({@link StageCutter}), wires the steps
 * inside each stage, and draws an edge for each collection that crosses from one stage to an input
 * of another.
 */
public final class Fusion {
  private final PipelineGraph graph;
  private final StagePlan plan;
  private final int[] producerOf;
  private final Partitioning partitioning;
  private final List<FusedStageBuilder> builders = new ArrayList<>();
  private final int[] partitions;
  private final List<EdgeSpec> edges = new ArrayList<>();
  private final List<ViewSpec> views = new ArrayList<>();
  private final Map<Integer, List<Integer>> viewsOf = new HashMap<>();

  private Fusion(PipelineGraph graph, Partitioning partitioning) {
    this.graph = graph;
    this.partitioning = partitioning;
    this.plan = StageCutter.cut(graph);
    this.producerOf = StageCutter.producers(graph);
    this.partitions = new int[plan.stages().size()];
  }

  /**
   * Makes the job graph.
   *
   * @param name of the job
   * @param graph the steps
   * @param partitioning how many partitions stages get
   * @param wholeInput whether the job's data batch brings the whole input
   * @param settings how the engine shall run it
   * @param options the pipeline's options
   */
  public static JobGraph fuse(
      String name,
      PipelineGraph graph,
      Partitioning partitioning,
      boolean wholeInput,
      JobSettings settings,
      SerializablePipelineOptions options) {
    Fusion fusion = new Fusion(graph, partitioning);
    fusion.wire();
    return new JobGraph(
        name, fusion.stages(wholeInput, options), fusion.edges, fusion.views, settings);
  }

  private void wire() {
    for (int stage = 0; stage < plan.stages().size(); stage++) {
      FusedStageBuilder builder = new FusedStageBuilder();
      builders.add(builder);
      for (int id : plan.stages().get(stage)) {
        StepNode step = graph.steps().get(id);
        int inputs = step.source() != null ? 1 : step.inputs().size();
        builder.addStep(id, step.name(), step.spec(), inputs, step.outputs().size());
      }
      partitions[stage] = partitionsOf(stage);
      for (int id : plan.stages().get(stage)) {
        connect(stage, graph.steps().get(id));
      }
    }
    for (ViewNode view : graph.views()) {
      publish(view);
    }
    for (int stage = 0; stage < plan.stages().size(); stage++) {
      lookAtViews(stage);
    }
  }

  private void connect(int stage, StepNode step) {
    FusedStageBuilder builder = builders.get(stage);
    if (step.source() != null) {
      builder.fromStage(step.id(), 0, builder.newInput());
      return;
    }
    for (int i = 0; i < step.inputs().size(); i++) {
      int collection = step.inputs().get(i);
      int producer = producerOf[collection];
      if (plan.stageOf()[producer] == stage) {
        builder.connect(producer, outputOf(producer, collection), step.id(), i);
      } else {
        addEdge(producer, collection, step, i);
      }
    }
  }

  private void addEdge(int producer, int collection, StepNode step, int input) {
    CollectionNode node = graph.collections().get(collection);
    InputExchange exchange = step.exchanges().get(input);
    int from = plan.stageOf()[producer];
    int to = plan.stageOf()[step.id()];
    int output =
        builders.get(from).toStage(producer, outputOf(producer, collection), keyedBy(exchange));
    int stageInput = builders.get(to).newInput();
    builders.get(to).fromStage(step.id(), input, stageInput);
    edges.add(
        new EdgeSpec(
            edges.size(),
            from,
            output,
            to,
            stageInput,
            kind(exchange),
            codec(exchange, node),
            false));
  }

  private static org.apache.beam.sdk.coders.Coder<?> keyedBy(InputExchange exchange) {
    return exchange instanceof InputExchange.Keyed keyed ? keyed.keyCoder() : null;
  }

  private static Exchange kind(InputExchange exchange) {
    if (exchange instanceof InputExchange.Keyed) {
      return Exchange.KEYED;
    }
    if (exchange instanceof InputExchange.Scattered) {
      return Exchange.SCATTER;
    }
    return exchange instanceof InputExchange.Gathered ? Exchange.GATHER : Exchange.FORWARD;
  }

  private static RecordCodec codec(InputExchange exchange, CollectionNode node) {
    var windowCoder = node.windowing().getWindowFn().windowCoder();
    return exchange instanceof InputExchange.Keyed keyed
        ? KeyedElementCodec.of(keyed.keyCoder(), node.coder(), windowCoder)
        : ElementCodec.of(node.coder(), windowCoder);
  }

  private int outputOf(int producer, int collection) {
    return graph.steps().get(producer).outputs().indexOf(collection);
  }

  private int partitionsOf(int stage) {
    StepNode head = graph.steps().get(plan.stages().get(stage).get(0));
    if (head.source() != null) {
      return head.source().splits();
    }
    boolean many = head.traits().manyPartitions();
    int most = 1;
    for (int i = 0; i < head.inputs().size(); i++) {
      InputExchange exchange = head.exchanges().get(i);
      if (exchange instanceof InputExchange.Keyed || exchange instanceof InputExchange.Scattered) {
        most = Math.max(most, many ? partitioning.scattered() : partitioning.keyed());
      } else if (!(exchange instanceof InputExchange.Gathered)) {
        most = Math.max(most, partitions[plan.stageOf()[producerOf[head.inputs().get(i)]]]);
      }
    }
    return most;
  }

  private void publish(ViewNode view) {
    int producer = producerOf[view.collection()];
    int stage = plan.stageOf()[producer];
    int output = builders.get(stage).toStage(producer, outputOf(producer, view.collection()), null);
    views.add(
        new ViewSpec(
            view.id(),
            stage,
            output,
            view.program(),
            ElementCodec.of(view.coder(), view.windowing().getWindowFn().windowCoder())));
  }

  private void lookAtViews(int stage) {
    List<Integer> seen = new ArrayList<>();
    for (int id : plan.stages().get(stage)) {
      StepNode step = graph.steps().get(id);
      for (int view : step.views()) {
        if (!seen.contains(view)) {
          seen.add(view);
        }
      }
      builders.get(stage).views(id, step.views().stream().map(seen::indexOf).toList());
    }
    viewsOf.put(stage, seen);
  }

  private List<StageSpec> stages(boolean wholeInput, SerializablePipelineOptions options) {
    boolean[] holdsBack = stagesBeforeProcessingTime();
    List<StageSpec> stages = new ArrayList<>();
    for (int stage = 0; stage < plan.stages().size(); stage++) {
      FusedStageBuilder builder = builders.get(stage);
      StepNode head = graph.steps().get(plan.stages().get(stage).get(0));
      stages.add(
          new StageSpec(
              stage,
              head.name(),
              builder.build(holdsBack[stage], wholeInput, options),
              head.source(),
              partitions[stage],
              builder.inputs(),
              builder.outputs(),
              viewsOf.get(stage)));
    }
    return stages;
  }

  /** Which stages have, somewhere behind them, a step that uses processing time. */
  private boolean[] stagesBeforeProcessingTime() {
    boolean[] before = new boolean[plan.stages().size()];
    for (int e = edges.size() - 1; e >= 0; e--) {
      // Edges were drawn stage by stage of their consumers, so backwards is enough.
      EdgeSpec edge = edges.get(e);
      before[edge.producer()] |= before[edge.consumer()] || usesProcessingTime(edge.consumer());
    }
    return before;
  }

  private boolean usesProcessingTime(int stage) {
    return plan.stages().get(stage).stream()
        .anyMatch(step -> graph.steps().get(step).traits().usesProcessingTime());
  }
}
