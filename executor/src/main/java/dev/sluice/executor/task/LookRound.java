package dev.sluice.executor.task;

import java.util.ArrayList;
import java.util.List;

/** A look at those splits that no task is using. */
final class LookRound extends Unit {
  private final List<PartitionSlot> slots = new ArrayList<>();
  private PartitionSlot current;

  LookRound(LocalJob job) {
    super(job, Integer.MAX_VALUE);
  }

  /** The splits to look at; the executor marks them busy. */
  List<PartitionSlot> slots() {
    return slots;
  }

  /** Where the look that threw was. */
  PartitionSlot current() {
    return current;
  }

  @Override
  void work() throws Exception {
    for (PartitionSlot slot : slots) {
      job.checkCancelled();
      current = slot;
      slot.source().look();
    }
  }

  @Override
  public boolean isLight() {
    return true;
  }
}
