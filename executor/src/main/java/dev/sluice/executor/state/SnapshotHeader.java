package dev.sluice.executor.state;

/**
 * What an object says about itself.
 *
 * @param hashName the hash of keys that the key groups follow from
 * @param maxParallelism number of key groups
 * @param jobName the job's name, for people
 * @param jobId the job
 * @param run the life of the job
 * @param batch the micro-batch after which the snapshot was taken
 * @param stage name of the stage
 * @param partition the partition
 * @param parent name of the object that these rows change; null if these are all rows
 */
public record SnapshotHeader(
    String hashName,
    int maxParallelism,
    String jobName,
    String jobId,
    int run,
    long batch,
    String stage,
    int partition,
    String parent) {
  /** Whether the object has all rows, not only those that changed. */
  public boolean full() {
    return parent == null;
  }
}
