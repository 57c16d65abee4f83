package dev.sluice.executor.block;

/** What one holder of records has reserved of the budget. Used by one thread at a time. */
final class Reservation {
  private final MemoryBudget budget;
  private long bytes;
  private boolean growing;

  Reservation(MemoryBudget budget) {
    this.budget = budget;
  }

  long bytes() {
    return bytes;
  }

  /** Raises what is reserved to {@code wanted} if the budget allows it; never lowers it. */
  boolean tryGrowTo(long wanted) {
    if (wanted <= bytes) {
      return true;
    }
    if (!budget.tryReserve(wanted - bytes)) {
      return false;
    }
    bytes = wanted;
    return true;
  }

  /** Raises what is reserved to {@code wanted} whatever the budget says. */
  void growTo(long wanted) {
    if (wanted > bytes) {
      budget.reserve(wanted - bytes);
      bytes = wanted;
    }
  }

  /** Gives back all but {@code wanted} bytes. */
  void shrinkTo(long wanted) {
    if (wanted < bytes) {
      budget.release(bytes - wanted);
      bytes = wanted;
    }
  }

  /** Gives back everything. */
  void release() {
    settle();
    shrinkTo(0);
  }

  /**
   * Says that its owner is going to want more: the more such owners, the earlier each of them
   * spills.
   */
  void grow() {
    if (!growing) {
      growing = true;
      budget.addGrowing(1);
    }
  }

  /** Says that its owner wants no more. */
  void settle() {
    if (growing) {
      growing = false;
      budget.addGrowing(-1);
    }
  }
}
