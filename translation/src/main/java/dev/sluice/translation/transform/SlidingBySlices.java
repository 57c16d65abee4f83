package dev.sluice.translation.transform;

import dev.sluice.translation.graph.CollectionNode;
import dev.sluice.translation.graph.PipelineGraph;
import dev.sluice.translation.graph.StepNode;
import dev.sluice.translation.operator.InputExchange;
import dev.sluice.translation.operator.StepSpec;
import dev.sluice.translation.operator.check.MutationCheckSpec;
import dev.sluice.translation.operator.grouping.CombinePerKeySpec;
import dev.sluice.translation.operator.grouping.PrecombineSpec;
import dev.sluice.translation.operator.pardo.ParDoSpec;
import dev.sluice.translation.operator.simple.AssignSlicesSpec;
import dev.sluice.translation.operator.simple.AssignWindowsSpec;
import dev.sluice.translation.operator.simple.ExpandSlicesSpec;
import dev.sluice.translation.operator.simple.PassSpec;
import dev.sluice.translation.operator.slices.SlicedWindows;
import dev.sluice.translation.operator.slices.Slices;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.windowing.SlidingWindows;

/**
 * Has elements carry one slice in place of their sliding windows, from the step that assigns the
 * windows to the combines that go by slices.
 *
 * <pre>
 *   Window.into ──▶ ParDo ──▶ precombine ══▶ combine         windows
 *   slices      ──▶ ParDo ──▶ precombine ══▶ combine ──▶     slices, and from the combine on windows
 *                     └─────▶ to windows ──▶ GroupByKey      for everybody else
 * </pre>
 *
 * <p>That is sound since a slice says the same as the windows it stands for, whatever becomes of
 * the element's value and timestamp. The steps between hand windows on without looking at them:
 * Flatten, Reshuffle, a Window without a function, and DoFns that {@link ParDoSpec#isBlindToWindows
 * are blind to windows}. Whoever else consumes such a collection gets it through a step that puts
 * elements back into the windows. Elements that come in windows where slices are expected (from
 * another input of a Flatten, or of a DoFn that names windows itself) are fine as well: the
 * collections' coders take both, and so do the combines.
 */
final class SlidingBySlices {
  private final PipelineGraph graph;

  /** For each collection those that take it. */
  private final List<List<StepNode>> consumers = new ArrayList<>();

  /** For each collection the windows that slices could stand for in it, or null. */
  private final SlidingWindows[] windows;

  /** For each collection whether a combine behind it would go by slices. */
  private final boolean[] wanted;

  /** For each collection whether it comes from the first half of a combine that can do so. */
  private final boolean[] accumulators;

  /** For each collection whether its elements carry slices. */
  private final boolean[] sliced;

  private final List<CollectionNode> collections = new ArrayList<>();
  private final List<StepNode> steps = new ArrayList<>();

  /** The collections of windows beside those of slices. */
  private final Map<Integer, Integer> expanded = new HashMap<>();

  private SlidingBySlices(PipelineGraph graph) {
    this.graph = graph;
    int count = graph.collections().size();
    this.windows = new SlidingWindows[count];
    this.wanted = new boolean[count];
    this.accumulators = new boolean[count];
    this.sliced = new boolean[count];
    graph.collections().forEach(collection -> consumers.add(new ArrayList<>()));
    for (StepNode step : graph.steps()) {
      step.inputs().forEach(input -> consumers.get(input).add(step));
    }
  }

  /** The same graph, by slices where that is possible. */
  static PipelineGraph rewrite(PipelineGraph graph) {
    SlidingBySlices rewriting = new SlidingBySlices(graph);
    graph.steps().forEach(rewriting::findWindows);
    for (int s = graph.steps().size() - 1; s >= 0; s--) {
      rewriting.findWanted(graph.steps().get(s));
    }
    graph.steps().forEach(rewriting::findSliced);
    for (boolean any : rewriting.sliced) {
      if (any) {
        return rewriting.rewritten();
      }
    }
    return graph;
  }

  private void findWindows(StepNode step) {
    if (step.spec() instanceof AssignWindowsSpec assign
        && assign.windowFn() instanceof SlidingWindows sliding
        && Slices.fit(sliding)) {
      windows[step.outputs().get(0)] = sliding;
    } else if (isBlind(step)) {
      for (int input : step.inputs()) {
        SlidingWindows found = windows[input];
        if (found != null && step.outputs().stream().allMatch(output -> isIn(output, found))) {
          step.outputs().forEach(output -> windows[output] = found);
        }
      }
    }
  }

  /** Whether a collection is in these windows, or nobody reads it. */
  private boolean isIn(int collection, SlidingWindows sliding) {
    return consumers.get(collection).isEmpty()
        || graph.collections().get(collection).windowing().getWindowFn().equals(sliding);
  }

  private static boolean isBlind(StepNode step) {
    if (step.source() != null || !step.views().isEmpty()) {
      return false;
    }
    StepSpec spec = step.spec() instanceof MutationCheckSpec check ? check.checked() : step.spec();
    return spec instanceof PassSpec || (spec instanceof ParDoSpec fn && fn.isBlindToWindows());
  }

  private void findWanted(StepNode step) {
    boolean sliceable = isSliceable(step);
    accumulators[step.outputs().get(0)] = sliceable;
    if (sliceable
        || (isBlind(step) && step.outputs().stream().anyMatch(output -> wanted[output]))) {
      step.inputs().forEach(input -> wanted[input] = windows[input] != null);
    }
  }

  /** Whether this is the part before the shuffle of a combine that can go by slices. */
  private boolean isSliceable(StepNode step) {
    if (step.spec() instanceof PrecombineSpec precombine && precombine.isSliceable()) {
      List<StepNode> then = consumers.get(step.outputs().get(0));
      return then.size() == 1 && then.get(0).spec() instanceof CombinePerKeySpec;
    }
    return false;
  }

  private void findSliced(StepNode step) {
    if (step.spec() instanceof AssignWindowsSpec) {
      int output = step.outputs().get(0);
      sliced[output] = wanted[output];
    } else if (takesSlices(step) && !(step.spec() instanceof CombinePerKeySpec)) {
      step.outputs().forEach(output -> sliced[output] = true);
    }
  }

  /** Whether a step has slices among its inputs, and can do with them. */
  private boolean takesSlices(StepNode step) {
    if (step.inputs().stream().noneMatch(input -> sliced[input])) {
      return false;
    }
    return isSliceable(step)
        || (step.spec() instanceof CombinePerKeySpec && accumulators[step.inputs().get(0)])
        || (isBlind(step) && step.outputs().stream().anyMatch(output -> wanted[output]));
  }

  private PipelineGraph rewritten() {
    for (CollectionNode collection : graph.collections()) {
      collections.add(sliced[collection.id()] ? slicedNode(collection) : collection);
    }
    for (StepNode step : graph.steps()) {
      add(step);
    }
    return new PipelineGraph(collections, steps, graph.views());
  }

  private CollectionNode slicedNode(CollectionNode node) {
    return node.windowing().getWindowFn() instanceof SlidingWindows sliding
        ? new CollectionNode(
            node.id(),
            node.name(),
            node.coder(),
            node.windowing().withWindowFn(new SlicedWindows(sliding)),
            node.bounded())
        : node; // nobody reads it
  }

  private void add(StepNode step) {
    boolean takes = takesSlices(step);
    List<Integer> inputs = new ArrayList<>();
    for (int input : step.inputs()) {
      inputs.add(takes || !sliced[input] ? input : expanded.get(input));
    }
    steps.add(
        new StepNode(
            steps.size(),
            step.name(),
            step.urn(),
            takes || step.spec() instanceof AssignWindowsSpec ? slicedSpec(step) : step.spec(),
            step.source(),
            inputs,
            step.exchanges(),
            step.outputs(),
            step.views(),
            step.traits()));
    for (int output : step.outputs()) {
      if (sliced[output]
          && consumers.get(output).stream().anyMatch(consumer -> !takesSlices(consumer))) {
        addExpansion(step, output);
      }
    }
  }

  private StepSpec slicedSpec(StepNode step) {
    int output = step.outputs().get(0);
    if (step.spec() instanceof AssignWindowsSpec && sliced[output]) {
      return new AssignSlicesSpec(new SlicedWindows(windows[output]));
    }
    if (step.spec() instanceof PrecombineSpec precombine) {
      return precombine.sliced();
    }
    return step.spec() instanceof CombinePerKeySpec combine ? combine.sliced() : step.spec();
  }

  private void addExpansion(StepNode producer, int output) {
    CollectionNode node = graph.collections().get(output);
    String name = producer.name() + "/windows of output " + producer.outputs().indexOf(output);
    int id = collections.size();
    collections.add(new CollectionNode(id, name, node.coder(), node.windowing(), node.bounded()));
    expanded.put(output, id);
    steps.add(
        new StepNode(
            steps.size(),
            name,
            producer.urn(),
            new ExpandSlicesSpec(),
            null,
            List.of(output),
            List.of(new InputExchange.Fused()),
            List.of(id),
            List.of(),
            StepNode.Traits.PLAIN));
  }
}
