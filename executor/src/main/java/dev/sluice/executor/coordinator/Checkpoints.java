package dev.sluice.executor.coordinator;

import java.io.IOException;

/**
 * The checkpoints of jobs, injected (DESIGN C8). Both methods may take long; the coordinator calls
 * them one at a time, in the background.
 */
public interface Checkpoints {
  /**
   * Makes the checkpoint of a batch durable: every partition has written its snapshot, and the
   * batch is committed.
   *
   * @return its name
   * @throws IOException if it is not durable; it is given up then
   */
  String commit(String jobId, long batch) throws IOException;

  /** Gives the checkpoint of a batch up. */
  void abort(String jobId, long batch);
}
