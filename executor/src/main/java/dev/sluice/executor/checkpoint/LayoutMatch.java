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
                compareKinds(manifest.layout().stages().get(old), job.stages().get(id));
              } else if (!manifest.tables(old).isEmpty()) {
                mismatches.add(
                    "its stage '"
                        + manifest.layout().stages().get(old).name()
                        + "' is not in the job; it has state in "
                        + printable(manifest.tables(old)));
              }
            });
  }

  /** Keyed rows go to whoever owns their key group now; splits stay whole, as they were. */
  private void compareKinds(StageLayout old, StageLayout now) {
    if (old.source() != now.source()) {
      mismatches.add(
          "its stage '"
              + old.name()
              + (old.source()
                  ? "' read a source and does so no more"
                  : "' read no source, and does so now"));
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
