package dev.sluice.translation.fusion;

/**
 * How many partitions stages get that are not sources.
 *
 * @param keyed behind a shuffle by key
 * @param scattered behind a Reshuffle, whose very purpose is parallel work
 */
public record Partitioning(int keyed, int scattered) {}
