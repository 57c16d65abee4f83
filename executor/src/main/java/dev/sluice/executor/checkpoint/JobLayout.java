package dev.sluice.executor.checkpoint;

import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.KeyGroups;
import java.util.List;

/**
 * What has to fit between a checkpoint and the job that resumes from it.
 *
 * @param jobName the job's name, for people
 * @param fingerprint of the program, such as a hash of its code; another one is accepted as long as
 *     stages and state fit
 * @param hashName the hash of keys that key groups follow from
 * @param maxParallelism number of key groups
 * @param stages each at its id
 */
public record JobLayout(
    String jobName,
    String fingerprint,
    String hashName,
    int maxParallelism,
    List<StageLayout> stages) {
  /** Copies the stages. */
  public JobLayout {
    stages = List.copyOf(stages);
  }

  /** The layout of a job. */
  public static JobLayout of(JobGraph graph, String fingerprint) {
    return new JobLayout(
        graph.name(),
        fingerprint,
        KeyGroups.HASH_NAME,
        graph.settings().maxParallelism(),
        graph.stages().stream()
            .map(stage -> new StageLayout(stage.name(), stage.partitions(), stage.source() != null))
            .toList());
  }
}
