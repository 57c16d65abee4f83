package dev.sluice.executor.checkpoint;

/**
 * A stage as a checkpoint knows it.
 *
 * @param name the stage's name, by which it is found again
 * @param partitions how many partitions
 * @param source whether its partitions are splits of a source
 */
public record StageLayout(String name, int partitions, boolean source) {}
