package dev.sluice.executor.api;

/**
 * Takes counts of what a part of a job holds from one batch to the next, for tests and for people.
 * Counts of the same name are added up over all partitions of an executor.
 */
@FunctionalInterface
public interface Inventory {
  /**
   * Takes a count.
   *
   * @param table what is counted; tables are named by the program
   * @param count how many there are, not below 0
   */
  void add(String table, long count);

  /** An inventory whose names begin with a prefix in this one. */
  default Inventory under(String prefix) {
    return (table, count) -> add(prefix + table, count);
  }
}
