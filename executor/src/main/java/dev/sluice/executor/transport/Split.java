package dev.sluice.executor.transport;

import java.io.Serializable;

/**
 * A split of a source.
 *
 * @param stage the source stage
 * @param partition the partition that reads it
 */
public record Split(int stage, int partition) implements Serializable {}
