package dev.sluice.translation.transform;

import dev.sluice.executor.api.JobSettings;

/**
 * What the translation needs to know of how the job is to run.
 *
 * @param streaming whether the user asked for a streaming job; unbounded collections make it one
 *     anyway
 * @param sourceSplits into how many splits sources are cut, about
 * @param maxSourceSplits how many partitions a source may have at most
 * @param keyedPartitions partitions of a stage behind a shuffle by key
 * @param scatteredPartitions partitions behind a Reshuffle of a bounded collection, where work that
 *     waits shall run side by side
 * @param fastPaths whether the special operators are used where their conditions hold
 * @param checkMutation whether elements are compared around calls of user code
 * @param job settings of the engine; the translation decides the clock mode
 */
public record TranslationSettings(
    boolean streaming,
    int sourceSplits,
    int maxSourceSplits,
    int keyedPartitions,
    int scatteredPartitions,
    boolean fastPaths,
    boolean checkMutation,
    JobSettings job) {}
