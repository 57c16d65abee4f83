package dev.sluice.executor.transport.control;

import java.util.List;

/** What a job needs on an executor before it starts there, and after it has ended. */
public sealed interface Preparation extends Control {
  /**
   * Get the class path of a job and make its class loader; answered by {@link JobPrepared}.
   *
   * @param classPath the job's class path, in order
   * @param surroundings a serialized {@link dev.sluice.executor.api.JobSurroundings}
   * @param checkpoints how its checkpoints are reached
   */
  record PrepareJob(
      String job, List<StagedFile> classPath, byte[] surroundings, CheckpointsOfJob checkpoints)
      implements Preparation {}

  /**
   * The checkpoints of a job.
   *
   * @param storage a serialized {@link dev.sluice.executor.api.StorageFactory}; empty for none
   * @param restored the checkpoint that the job resumes from; empty if it begins anew
   * @param incarnation the word that this life of the job puts into the names of objects
   * @param fingerprint of the program
   */
  record CheckpointsOfJob(byte[] storage, String restored, String incarnation, String fingerprint) {
    /** None. */
    public static final CheckpointsOfJob NONE = new CheckpointsOfJob(new byte[0], "", "", "");
  }

  /**
   * An executor can start a job now.
   *
   * @param error why it cannot; empty if it can
   */
  record JobPrepared(String job, int executor, String error) implements Preparation {}

  /** A job has ended: close its class loader. */
  record ForgetJob(String job) implements Preparation {}

  /**
   * What code of a job has logged.
   *
   * @param dropped how many lines before these were too many
   */
  record LogLines(String job, int executor, List<String> lines, int dropped)
      implements Preparation {}
}
