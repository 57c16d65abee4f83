/**
 * Pipelines to try a runner with. They are plain Beam: the runner is chosen on the command line,
 * and nothing here names one. Each has a {@code main}: {@link dev.sluice.examples.WordCount} is
 * bounded, {@link dev.sluice.examples.Hashtags} unbounded.
 */
package dev.sluice.examples;
