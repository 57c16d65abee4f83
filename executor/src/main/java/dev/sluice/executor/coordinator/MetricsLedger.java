package dev.sluice.executor.coordinator;

import dev.sluice.executor.api.JobListener;
import dev.sluice.executor.transport.ToCoordinator.TaskMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the listener of a job what was attempted as it comes, and what is committed batch by batch,
 * each report only after its attempt. Reports and commits travel different ways: a batch waits for
 * the reports it is known to have.
 */
final class MetricsLedger {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsLedger.class);

  /** Reports of one batch. */
  private static final class Batch {
    final List<TaskMetrics> reports = new ArrayList<>();

    /** How many there are in all, -1 until the batch is committed. */
    int expected = -1;
  }

  private final JobListener listener;
  private final Map<Long, Batch> batches = new TreeMap<>();

  /** Of batches up to this one some reports may have gone with their executor. */
  private long incompleteUpTo = Long.MIN_VALUE;

  MetricsLedger(JobListener listener) {
    this.listener = listener;
  }

  void attempted(TaskMetrics report) {
    batches.computeIfAbsent(report.batch(), b -> new Batch()).reports.add(report);
    guarded(() -> listener.attempted(report.stage(), report.metrics()));
    tellCommitted();
  }

  void committed(long batch, int reports) {
    batches.computeIfAbsent(batch, b -> new Batch()).expected = reports;
    tellCommitted();
  }

  /** An executor has died: of batches up to this one, what has not come may never come. */
  void incompleteUpTo(long batch) {
    incompleteUpTo = Math.max(incompleteUpTo, batch);
    tellCommitted();
  }

  /** Batches up to this one are committed, whoever was going to say so. */
  void committedUpTo(long batch) {
    batches.forEach(
        (number, known) -> {
          if (number <= batch && known.expected < 0) {
            known.expected = known.reports.size();
          }
        });
    tellCommitted();
  }

  private void tellCommitted() {
    while (!batches.isEmpty()) {
      Map.Entry<Long, Batch> first = batches.entrySet().iterator().next();
      Batch batch = first.getValue();
      boolean known = batch.expected >= 0 && first.getKey() <= incompleteUpTo;
      if (batch.expected != batch.reports.size() && !known) {
        return;
      }
      batches.remove(first.getKey());
      for (TaskMetrics report : batch.reports) {
        guarded(() -> listener.committed(report.stage(), report.metrics()));
      }
      guarded(() -> listener.batchCommitted(first.getKey()));
    }
  }

  private static void guarded(Runnable call) {
    try {
      call.run();
    } catch (Throwable e) {
      LOG.warn("a job listener threw", e);
    }
  }
}
