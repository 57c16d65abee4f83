/**
 * What a running pipeline says of itself: Beam's metrics ({@link
 * dev.sluice.runner.metrics.JobMetrics}), pushing them to a sink, and the progress line. Used by
 * the runner and its {@code submit} package only; knows the engine's job interface and Beam, not
 * the runner's options.
 */
package dev.sluice.runner.metrics;
