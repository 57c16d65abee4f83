package dev.sluice.executor.checkpoint;

import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.StageSpec;
import dev.sluice.executor.checkpoint.CheckpointException.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The splits of a job's sources after a restore. A mark belongs to the split that it was taken of,
 * so a source stage that would be cut into another number of splits now keeps those that the
 * checkpoint has, each whole and in a partition of its own, whatever the parallelism of the job is.
 */
final class RestoredSplits {
  private static final Logger LOG = LoggerFactory.getLogger(RestoredSplits.class);

  private RestoredSplits() {}

  /**
   * The graph with the splits of a checkpoint.
   *
   * @throws CheckpointException if a source cannot take them
   */
  static JobGraph in(JobGraph graph, Restoration restoration) throws CheckpointException {
    List<StageSpec> stages = new ArrayList<>();
    boolean same = true;
    for (StageSpec stage : graph.stages()) {
      boolean keeps =
          stage.source() == null || restoration.splitCount(stage.id()) == stage.partitions();
      stages.add(keeps ? stage : withSplits(stage, restoration));
      same &= keeps;
    }
    return same
        ? graph
        : new JobGraph(graph.name(), stages, graph.edges(), graph.views(), graph.settings());
  }

  private static StageSpec withSplits(StageSpec stage, Restoration restoration)
      throws CheckpointException {
    int count = restoration.splitCount(stage.id());
    try {
      LOG.info(
          "'{}' keeps the {} splits of the checkpoint {}; it would have {} now",
          stage.name(),
          count,
          restoration,
          stage.partitions());
      return new StageSpec(
          stage.id(),
          stage.name(),
          stage.program(),
          stage.source().withSplits(restoration.splits(stage.id())),
          count,
          stage.inputs(),
          stage.outputs(),
          stage.views());
    } catch (IOException | RuntimeException e) {
      throw new CheckpointException(
          Reason.REFUSED,
          "the source '"
              + stage.name()
              + "' has "
              + count
              + " splits in the checkpoint "
              + restoration
              + " and would have "
              + stage.partitions()
              + " now, and it cannot go on with those it had: "
              + e.getMessage()
              + ". Resume with the parallelism that it had",
          e);
    }
  }
}
