package dev.sluice.executor.simulation;

import dev.sluice.executor.api.BatchContext;
import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.api.EdgeSpec;
import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.PartitionProcessor;
import dev.sluice.executor.api.StageProgram;
import dev.sluice.executor.api.StageSpec;
import dev.sluice.executor.api.TaskReport;
import dev.sluice.executor.api.ViewSpec;
import dev.sluice.executor.block.Block;
import dev.sluice.executor.transport.Address;
import dev.sluice.executor.transport.Assignment;
import dev.sluice.executor.transport.JobPlan;
import dev.sluice.executor.transport.Message;
import dev.sluice.executor.transport.SentBlock;
import dev.sluice.executor.transport.TaskCopy;
import dev.sluice.executor.transport.TaskId;
import dev.sluice.executor.transport.ToExecutor;
import dev.sluice.executor.transport.ToExecutor.StageReleased;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Watches what members of an epoch say to each other, and when user code runs (DESIGN C7):
 *
 * <ul>
 *   <li>a released attempt of a task is the only one: whoever says again that it is released says
 *       the same watermarks, and sends the same blocks;
 *   <li>the watermark of an output, and processing time, never fall from batch to batch;
 *   <li>nothing runs on what is not released: not before all producers of its input have said so.
 * </ul>
 *
 * <p>What is broken is kept, and said by {@link #check}: an error within the engine's own code or
 * in user code would only fail the job.
 */
final class ReleaseWatch implements Simulation.Observer {
  private record Task(long batch, TaskId id) implements Comparable<Task> {
    private static final Comparator<Task> ORDER =
        Comparator.comparing(Task::id).thenComparingLong(Task::batch);

    @Override
    public int compareTo(Task other) {
      return ORDER.compare(this, other);
    }
  }

  /** What one owner has made of a task in one epoch. */
  private record Attempt(int owner, long epoch, Task task) {}

  private record Target(int edge, int consumer) {}

  /** What is known of one run: whatever an earlier one had released, this one begins anew. */
  private static final class Run {
    final Map<Attempt, Map<Target, String>> sealed = new LinkedHashMap<>();
    final TreeMap<Task, long[]> watermarks = new TreeMap<>();
    final Map<Task, Map<Target, String>> contents = new TreeMap<>();

    /** Processing time by batch and epoch. */
    final Map<Long, TreeMap<Long, Long>> times = new TreeMap<>();

    boolean alone;
    boolean replicated;
  }

  private final JobGraph graph;
  private final Map<Integer, Run> runs = new TreeMap<>();
  private final Map<Long, Run> runsByEpoch = new TreeMap<>();
  private String violation;

  ReleaseWatch(JobGraph graph) {
    this.graph = graph;
  }

  /**
   * Fails if something was broken.
   *
   * @throws AssertionError naming what was broken first
   */
  void check() {
    if (violation != null) {
      throw new AssertionError(violation);
    }
  }

  private void require(boolean condition, String message) {
    if (!condition && violation == null) {
      violation = message;
    }
  }

  @Override
  public void sent(Address from, Address to, Message message) {
    if (message instanceof ToExecutor.StartJob start) {
      began(start.plan());
    } else if (message instanceof ToExecutor.BeginEpoch begin) {
      began(begin.plan());
    } else if (message instanceof ToExecutor.InEpoch inEpoch) {
      sent(inEpoch);
    }
  }

  private void began(JobPlan plan) {
    Assignment assignment = plan.assignment();
    Run run = runs.computeIfAbsent(plan.run(), r -> new Run());
    runsByEpoch.put(assignment.epoch(), run);
    run.replicated = assignment.isReplicated();
    run.alone |= assignment.executors().length == 1; // nobody is told of releases then
  }

  private void sent(ToExecutor.InEpoch inEpoch) {
    if (inEpoch.message() instanceof ToExecutor.OpenBatch open) {
      opened(inEpoch.epoch(), open.descriptor());
    } else if (inEpoch.message() instanceof ToExecutor.StageSealed sealedStage) {
      for (SentBlock block : sealedStage.blocks()) {
        seal(inEpoch, sealedStage.batch(), sealedStage.stage(), block);
      }
    } else if (inEpoch.message() instanceof ToExecutor.StageCopied copied) {
      for (TaskCopy copy : copied.copies()) {
        copy.blocks().forEach(block -> seal(inEpoch, copy.batch(), copy.stage(), block));
      }
    } else if (inEpoch.message() instanceof StageReleased released) {
      released(inEpoch, released);
    }
  }

  /** What an opener of an earlier epoch has opened counts if nobody has opened it again. */
  private void opened(long epoch, BatchDescriptor descriptor) {
    Map<Long, TreeMap<Long, Long>> times = runsByEpoch.get(epoch).times;
    TreeMap<Long, Long> before = times.get(descriptor.batch() - 1);
    Map.Entry<Long, Long> earlier = before == null ? null : before.floorEntry(epoch);
    require(
        earlier == null || earlier.getValue() <= descriptor.processingTime(),
        "processing time falls from " + earlier + " at " + descriptor);
    times
        .computeIfAbsent(descriptor.batch(), b -> new TreeMap<>())
        .put(epoch, descriptor.processingTime());
  }

  private void seal(ToExecutor.InEpoch inEpoch, long batch, int stage, SentBlock block) {
    Task task = new Task(batch, new TaskId(stage, block.producer()));
    runsByEpoch
        .get(inEpoch.epoch())
        .sealed
        .computeIfAbsent(
            new Attempt(inEpoch.from(), inEpoch.epoch(), task), a -> new LinkedHashMap<>())
        .put(new Target(block.edge(), block.consumer()), content(block.block()));
  }

  private void released(ToExecutor.InEpoch inEpoch, StageReleased released) {
    Run run = runsByEpoch.get(inEpoch.epoch());
    for (int i = 0; i < released.partitions().length; i++) {
      TaskId id = new TaskId(released.stage(), released.partitions()[i]);
      Task task = new Task(released.batch(), id);
      released(run, task, released.watermarks()[i]);
      Map<Target, String> made =
          run.sealed.getOrDefault(new Attempt(inEpoch.from(), inEpoch.epoch(), task), Map.of());
      made.forEach((target, content) -> sameContent(run, task, target, content));
    }
    for (SentBlock block : released.blocks()) {
      Task task = new Task(released.batch(), new TaskId(released.stage(), block.producer()));
      sameContent(run, task, new Target(block.edge(), block.consumer()), content(block.block()));
    }
  }

  private void released(Run run, Task task, long[] now) {
    long[] before = run.watermarks.putIfAbsent(task, now.clone());
    require(
        before == null || Arrays.equals(before, now),
        task + " is released twice: " + Arrays.toString(before) + ", " + Arrays.toString(now));
    Map.Entry<Task, long[]> earlier = run.watermarks.lowerEntry(task);
    Map.Entry<Task, long[]> later = run.watermarks.higherEntry(task);
    if (earlier != null && earlier.getKey().id().equals(task.id())) {
      rises(task, earlier.getValue(), now);
    }
    if (later != null && later.getKey().id().equals(task.id())) {
      rises(task, now, later.getValue());
    }
  }

  private void rises(Task task, long[] earlier, long[] later) {
    for (int output = 0; output < earlier.length; output++) {
      require(earlier[output] <= later[output], "a watermark falls at " + task);
    }
  }

  private void sameContent(Run run, Task task, Target target, String content) {
    String before =
        run.contents.computeIfAbsent(task, t -> new LinkedHashMap<>()).putIfAbsent(target, content);
    require(
        before == null || before.equals(content),
        task + " has released two things for " + target + ": " + before + ", " + content);
  }

  private static String content(Block block) {
    StringBuilder text = new StringBuilder();
    try {
      block.read(record -> text.append(record).append(' '));
    } catch (Exception e) {
      throw new AssertionError("a block cannot be read", e);
    }
    return text.toString();
  }

  /** The graph with a look at each task before it runs. */
  JobGraph around(JobGraph watched) {
    return new JobGraph(
        watched.name(),
        watched.stages().stream().map(this::around).toList(),
        watched.edges(),
        watched.views(),
        watched.settings());
  }

  private StageSpec around(StageSpec s) {
    StageProgram program =
        context -> {
          PartitionProcessor inner = s.program().create(context);
          return new Forwarding(inner) {
            @Override
            public TaskReport process(BatchContext batch) throws Exception {
              mayRun(s, context.partition(), batch.descriptor());
              return super.process(batch);
            }
          };
        };
    return new StageSpec(
        s.id(), s.name(), program, s.source(), s.partitions(), s.inputs(), s.outputs(), s.views());
  }

  private void mayRun(StageSpec stage, int partition, BatchDescriptor descriptor) {
    Run run = runs.get(descriptor.run());
    long batch = descriptor.batch();
    if (run == null || run.alone || !run.replicated) {
      return;
    }
    for (EdgeSpec edge : graph.edges()) {
      if (edge.consumer() == stage.id()) {
        haveReleased(run, edge.producer(), batch, stage, partition);
      }
    }
    for (ViewSpec view : graph.views()) {
      if (stage.views().contains(view.id())) {
        haveReleased(run, view.producer(), batch, stage, partition);
      }
    }
  }

  private void haveReleased(Run run, int producer, long batch, StageSpec stage, int partition) {
    int partitions = graph.stages().get(producer).partitions();
    int released = 0;
    int own = 0;
    for (int p = 0; p < partitions; p++) {
      boolean known = run.watermarks.containsKey(new Task(batch, new TaskId(producer, p)));
      released += known ? 1 : 0;
      own += known && p % stage.partitions() == partition ? 1 : 0;
    }
    boolean all = released == partitions || own > 0;
    require(
        all,
        stage.name()
            + " "
            + partition
            + " runs batch "
            + batch
            + " although only "
            + released
            + " partitions of "
            + graph.stages().get(producer).name()
            + " have released it");
  }
}
