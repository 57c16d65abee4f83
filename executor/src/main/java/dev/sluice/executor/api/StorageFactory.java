package dev.sluice.executor.api;

import java.io.IOException;
import java.io.Serializable;

/** Opens the same storage in every process of a cluster. */
@FunctionalInterface
public interface StorageFactory extends Serializable {
  /**
   * Opens it.
   *
   * @throws IOException if it cannot be reached
   */
  Storage open() throws IOException;
}
