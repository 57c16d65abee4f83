package dev.sluice.executor.task;

import dev.sluice.executor.api.EdgeSpec;
import dev.sluice.executor.api.Exchange;
import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.KeyGroups;
import dev.sluice.executor.api.StageSpec;
import dev.sluice.executor.api.ViewSpec;
import dev.sluice.executor.transport.Assignment;
import dev.sluice.executor.transport.JobPlan;
import dev.sluice.executor.transport.SentBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * A job's graph as one executor needs it, laid out in arrays by stage. Immutable; may be read by
 * any thread.
 *
 * <p>An edge is <i>local</i> to its pairs of partitions if its exchange is FORWARD and every
 * consumer partition has a producer; then a consumer waits only for its own producers. Along all
 * other edges it waits for all of them.
 */
final class Topology {
  final JobPlan plan;
  final JobGraph graph;
  final int executor;

  /** Partitions that this executor owns, by stage. */
  final int[][] owned;

  /** Edges that leave an output, by stage and output. */
  final EdgeSpec[][][] edgesOut;

  /** Views that an output feeds, by stage and output. */
  final ViewSpec[][][] viewsOut;

  /** Edges that enter an input in canonical order, by stage and input. */
  final EdgeSpec[][][] edgesIn;

  /** Whether an edge is local, by edge. */
  final boolean[] local;

  /** For how many edges and views a stage waits as a whole, by stage. */
  final int[] wholeInputs;

  /**
   * For how many producer partitions a partition waits along local edges, by stage and partition;
   * null if none.
   */
  final int[][] localInputs;

  /** Stages that wait for a stage as a whole, once per edge, by stage. */
  final int[][] wholeConsumers;

  /** Views that look at a stage, by stage; only those that this executor needs. */
  final int[][] viewsFed;

  /** Stages that look at a view and have partitions here, by view. */
  final int[][] viewConsumers;

  /** Whether a stage has local edges out, so that its watermarks are kept by partition. */
  final boolean[] feedsLocally;

  /** Other executors that need the blocks and seals of a stage, by stage. */
  final int[][] listeners;

  /** The executors that keep copies of partitions of a stage here, by stage. */
  final int[][] buddies;

  /** Whom to tell that partitions of a stage here are released: listeners and buddies, by stage. */
  final int[][] markListeners;

  /** Executors that need a view, by view; all where partitions may move. */
  final int[][] viewListeners;

  /** Partition of a key group, by stage; null if no keyed edge leads there. */
  final int[][] partitionOfGroup;

  /** How many partitions this executor owns, and how many of these are splits. */
  final int ownedPartitions;

  final int ownedSplits;

  Topology(JobPlan plan, int executor) {
    this.plan = plan;
    this.graph = plan.graph();
    this.executor = executor;
    int stages = graph.stages().size();
    int views = graph.views().size();
    owned = new int[stages][];
    edgesOut = new EdgeSpec[stages][][];
    viewsOut = new ViewSpec[stages][][];
    edgesIn = new EdgeSpec[stages][][];
    wholeInputs = new int[stages];
    localInputs = new int[stages][];
    wholeConsumers = new int[stages][];
    viewsFed = new int[stages][];
    feedsLocally = new boolean[stages];
    listeners = new int[stages][];
    buddies = new int[stages][];
    markListeners = new int[stages][];
    partitionOfGroup = new int[stages][];
    local = new boolean[graph.edges().size()];
    viewConsumers = new int[views][];
    viewListeners = new int[views][];
    for (EdgeSpec edge : graph.edges()) {
      local[edge.id()] =
          edge.exchange() == Exchange.FORWARD
              && stage(edge.producer()).partitions() >= stage(edge.consumer()).partitions();
    }
    int partitions = 0;
    int splits = 0;
    for (StageSpec stage : graph.stages()) {
      lay(stage);
      partitions += owned[stage.id()].length;
      splits += stage.source() == null ? 0 : owned[stage.id()].length;
    }
    ownedPartitions = partitions;
    ownedSplits = splits;
    for (ViewSpec view : graph.views()) {
      layConsumers(view);
    }
    for (StageSpec stage : graph.stages()) {
      layListeners(stage);
    }
  }

  StageSpec stage(int stage) {
    return graph.stages().get(stage);
  }

  private void lay(StageSpec stage) {
    int id = stage.id();
    owned[id] = ownedBy(stage, executor);
    edgesOut[id] = new EdgeSpec[stage.outputs()][];
    viewsOut[id] = new ViewSpec[stage.outputs()][];
    for (int output = 0; output < stage.outputs(); output++) {
      int o = output;
      edgesOut[id][o] =
          graph.edges().stream()
              .filter(e -> e.producer() == id && e.output() == o)
              .toArray(EdgeSpec[]::new);
      viewsOut[id][o] =
          graph.views().stream()
              .filter(v -> v.producer() == id && v.output() == o)
              .toArray(ViewSpec[]::new);
    }
    edgesIn[id] = new EdgeSpec[stage.inputs()][];
    for (int input = 0; input < stage.inputs(); input++) {
      int i = input;
      edgesIn[id][i] =
          graph.edges().stream()
              .filter(e -> e.consumer() == id && e.input() == i)
              .toArray(EdgeSpec[]::new);
    }
    List<Integer> whole = new ArrayList<>();
    for (EdgeSpec edge : graph.edges()) {
      if (edge.producer() == id) {
        feedsLocally[id] |= local[edge.id()];
        if (!local[edge.id()]) {
          whole.add(edge.consumer());
        }
      }
      if (edge.consumer() == id) {
        layInput(stage, edge);
      }
    }
    wholeConsumers[id] = toArray(whole);
    wholeInputs[id] += (int) stage.views().stream().distinct().count();
  }

  private void layInput(StageSpec stage, EdgeSpec edge) {
    int id = stage.id();
    if (edge.exchange() == Exchange.KEYED && partitionOfGroup[id] == null) {
      partitionOfGroup[id] = groups(stage.partitions());
    }
    if (!local[edge.id()]) {
      wholeInputs[id]++;
      return;
    }
    if (localInputs[id] == null) {
      localInputs[id] = new int[stage.partitions()];
    }
    for (int p = 0; p < stage(edge.producer()).partitions(); p++) {
      localInputs[id][p % stage.partitions()]++;
    }
  }

  private int[] groups(int partitions) {
    int max = graph.settings().maxParallelism();
    int[] table = new int[max];
    for (int group = 0; group < max; group++) {
      table[group] = KeyGroups.partitionOf(group, partitions, max);
    }
    return table;
  }

  private void layConsumers(ViewSpec view) {
    List<Integer> consumers = new ArrayList<>();
    TreeSet<Integer> executors = new TreeSet<>();
    for (StageSpec stage : graph.stages()) {
      if (stage.views().contains(view.id())) {
        if (owned[stage.id()].length > 0) {
          consumers.add(stage.id());
        }
        addOwners(stage, executors);
      }
    }
    if (plan.assignment().isReplicated()) {
      for (int member : plan.assignment().executors()) {
        executors.add(member);
      }
    }
    viewConsumers[view.id()] = toArray(consumers);
    viewListeners[view.id()] = toArray(executors);
  }

  private void layListeners(StageSpec stage) {
    TreeSet<Integer> executors = new TreeSet<>();
    for (EdgeSpec edge : graph.edges()) {
      if (edge.producer() == stage.id()) {
        addOwners(stage(edge.consumer()), executors);
      }
    }
    List<Integer> fed = new ArrayList<>();
    for (ViewSpec view : graph.views()) {
      if (view.producer() == stage.id()) {
        for (int listener : viewListeners[view.id()]) {
          executors.add(listener);
        }
        if (needs(view)) {
          fed.add(view.id());
        }
      }
    }
    executors.remove(executor);
    TreeSet<Integer> keepers = new TreeSet<>();
    for (int p : owned[stage.id()]) {
      keepers.add(plan.assignment().buddy(stage.id(), p));
    }
    keepers.remove(Assignment.NOBODY);
    buddies[stage.id()] = toArray(keepers);
    listeners[stage.id()] = toArray(executors);
    executors.addAll(keepers);
    markListeners[stage.id()] = toArray(executors);
    viewsFed[stage.id()] = toArray(fed);
  }

  /** The executor that a block is for. */
  int target(SentBlock sent) {
    return sent.edge() < 0
        ? sent.consumer()
        : plan.assignment().owner(graph.edges().get(sent.edge()).consumer(), sent.consumer());
  }

  /** Whether this executor makes the versions of a view. */
  boolean needs(ViewSpec view) {
    return viewConsumers[view.id()].length > 0 || plan.assignment().isReplicated();
  }

  private void addOwners(StageSpec stage, TreeSet<Integer> executors) {
    for (int p = 0; p < stage.partitions(); p++) {
      executors.add(plan.assignment().owner(stage.id(), p));
    }
  }

  private int[] ownedBy(StageSpec stage, int owner) {
    Assignment assignment = plan.assignment();
    List<Integer> partitions = new ArrayList<>();
    for (int p = 0; p < stage.partitions(); p++) {
      if (assignment.owner(stage.id(), p) == owner) {
        partitions.add(p);
      }
    }
    return toArray(partitions);
  }

  private static int[] toArray(Iterable<Integer> values) {
    List<Integer> list = new ArrayList<>();
    values.forEach(list::add);
    return list.stream().mapToInt(Integer::intValue).toArray();
  }
}
