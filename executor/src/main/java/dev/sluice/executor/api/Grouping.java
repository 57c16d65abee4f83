package dev.sluice.executor.api;

/**
 * Groups records by key with bounded memory: in hash tables while they fit, in sorted runs on disk
 * beyond. For stages that see a whole bounded input in one batch.
 *
 * <p>Used by one thread: {@link #add} any number of times, then {@link #drain} once, then {@link
 * #close}. The groups come in an order that follows from the keys alone (hash, then bytes), the
 * values of a group in the order they were added.
 */
public interface Grouping extends AutoCloseable {
  /** Takes one group. */
  @FunctionalInterface
  interface GroupConsumer {
    /**
     * Takes one group.
     *
     * @param key the encoded key
     * @param values its values; may be iterated any number of times, also after {@link
     *     Grouping#close} and by other threads, until nobody refers to them any more or the job
     *     ends. Each iteration reads spilled values anew; such values are a {@link Spillable}.
     * @throws Exception what the user's code threw
     */
    void accept(byte[] key, Iterable<Object> values) throws Exception;
  }

  /**
   * Adds a value.
   *
   * @param hash {@link KeyGroups#hash} of the key
   * @param key the encoded key; kept, so nobody may change it
   * @param value the value; kept or encoded
   * @throws Exception if the value cannot be encoded, or the disk is full
   */
  void add(int hash, byte[] key, Object value) throws Exception;

  /**
   * Gives every group once.
   *
   * @throws Exception what the consumer threw, or the disk
   */
  void drain(GroupConsumer consumer) throws Exception;

  @Override
  void close();
}
