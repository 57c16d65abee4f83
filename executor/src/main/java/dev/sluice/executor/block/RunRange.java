package dev.sluice.executor.block;

/**
 * Some neighbouring entries of a run.
 *
 * @param run the run
 * @param start where the first begins
 * @param end where the last ends
 */
record RunRange(Run run, long start, long end) {}
