package dev.sluice.executor.checkpoint;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which stage of a checkpoint is which stage of a job: the n-th of a name is the n-th of that name.
 * Stages that the checkpoint does not know begin empty; state that would be lost or read wrongly is
 * a mismatch.
 */
final class LayoutMatch {
  private final Manifest manifest;
  private final JobLayout job;

  /** From stages of the job to those of the checkpoint. */
  private final Map<Integer, Integer> stages = new LinkedHashMap<>();

  private final List<String> mismatches = new ArrayList<>();

  LayoutMatch(Manifest manifest, JobLayout job) {
    this.manifest = manifest;
    this.job = job;
    JobLayout old = manifest.layout();
    if (!old.hashName().equals(job.hashName())) {
      mismatches.add(
          "keys were hashed by " + old.hashName() + " and are hashed by " + job.hashName());
    }
    if (old.maxParallelism() != job.maxParallelism()) {
      mismatches.add(
          "it has "
              + old.maxParallelism()
              + " key groups, and the job has "
              + job.maxParallelism()
              + " (its maximal parallelism)");
    }
    matchStages();
  }

  private void matchStages() {
    Map<String, Integer> inJob = byName(job);
    byName(manifest.layout())
        .forEach(
            (name, old) -> {
              Integer id = inJob.get(name);
              if (id != null) {
                stages.put(id, old);
                comparePartitions(manifest.layout().stages().get(old), old, id);
              } else if (!manifest.tables(old).isEmpty()) {
                mismatches.add(
                    "its stage '"
                        + manifest.layout().stages().get(old).name()
                        + "' is not in the job; it has state in "
                        + printable(manifest.tables(old)));
              }
            });
  }

  private void comparePartitions(StageLayout old, int oldId, int id) {
    int now = job.stages().get(id).partitions();
    if (old.partitions() == now) {
      return;
    }
    String counts = " had " + old.partitions() + " partitions and has " + now;
    if (old.source() || job.stages().get(id).source()) {
      mismatches.add("the source stage '" + old.name() + "'" + counts + " splits");
    } else if (manifest.hasUnkeyedRows(oldId)) {
      mismatches.add(
          "the stage '"
              + old.name()
              + "'"
              + counts
              + ", and part of its state belongs to partitions; use the same parallelism");
    }
  }

  private static String printable(Iterable<String> tables) {
    return String.join(", ", tables).replaceAll("\\p{Cntrl}", "/");
  }

  /** From name and place among the stages of the same name to id, by id. */
  private static Map<String, Integer> byName(JobLayout layout) {
    Map<String, Integer> counts = new HashMap<>();
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (int id = 0; id < layout.stages().size(); id++) {
      String name = layout.stages().get(id).name();
      ids.put(counts.merge(name, 1, Integer::sum) + " " + name, id);
    }
    return ids;
  }

  /** What does not fit, for people; empty if the job can resume. */
  List<String> mismatches() {
    return mismatches;
  }

  /** The stage of the checkpoint for a stage of the job, null if it is new. */
  Integer oldStage(int stage) {
    return stages.get(stage);
  }
}
