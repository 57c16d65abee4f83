package dev.sluice.executor.api;

import java.util.List;

/**
 * Where a job runs at the moment.
 *
 * @param executors the numbers of its executors, ascending
 * @param degraded whether something of it has fewer copies than it should: the death of another
 *     executor now might lose it
 */
public record Placement(List<Integer> executors, boolean degraded) {}
