package dev.sluice.translation.operator.pardo;

import dev.sluice.translation.operator.OperatorContext;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.beam.runners.core.InMemoryBundleFinalizer;
import org.apache.beam.runners.core.InMemoryBundleFinalizer.Finalization;
import org.apache.beam.sdk.transforms.DoFn.BundleFinalizer;
import org.joda.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the bundles of one operator asked to be called for once they are safe. Kept in memory only:
 * after a crash nobody is called, as Beam allows. One thread at a time.
 */
public final class Finalizers {
  private static final Logger LOG = LoggerFactory.getLogger(Finalizers.class);

  private record Pending(long batch, List<Finalization> finalizations) {}

  private final String stepName;
  private final InMemoryBundleFinalizer running = new InMemoryBundleFinalizer();
  private final Deque<Pending> pending = new ArrayDeque<>();
  private boolean wanted;
  private Instant now;

  /** The finalizers of an operator of a step. */
  public Finalizers(String stepName) {
    this.stepName = stepName;
  }

  /** Where the running bundle registers. */
  public BundleFinalizer running() {
    return running;
  }

  /** The batch ends well: what its bundles registered waits for its acknowledgement. */
  public void endBatch(OperatorContext context) {
    List<Finalization> asked = running.getAndClearFinalizations();
    wanted = !asked.isEmpty();
    if (wanted) {
      pending.add(new Pending(context.batch(), asked));
    }
    if (!pending.isEmpty()) {
      now = Instant.ofEpochMilli(context.processingTime());
    }
  }

  /** Whether the batch that ended last registered something. */
  public boolean wantsAcknowledge() {
    return wanted;
  }

  /** Whether any batch waits for its acknowledgement. */
  public boolean isWaiting() {
    return !pending.isEmpty();
  }

  /** How many batches wait. */
  public int waiting() {
    return pending.size();
  }

  /**
   * Calls back, in order and once, for batches up to {@code batch}. What has expired, by the
   * processing time of the last batch, is dropped; what fails is logged, and the others are called
   * all the same.
   */
  public void acknowledge(long batch) {
    while (!pending.isEmpty() && pending.peek().batch() <= batch) {
      for (Finalization finalization : pending.remove().finalizations()) {
        if (finalization.getExpiryTime().isAfter(now)) {
          call(finalization);
        }
      }
    }
  }

  private void call(Finalization finalization) {
    try {
      finalization.getCallback().onBundleSuccess();
    } catch (Exception e) {
      LOG.warn("a bundle finalizer of step {} failed; it is not called again", stepName, e);
    }
  }
}
