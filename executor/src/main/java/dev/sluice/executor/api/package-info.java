/**
 * The engine's SPI: what a front end (such as the Beam translation) says to the engine and what the
 * engine promises.
 *
 * <p>Start with {@link dev.sluice.executor.api.JobGraph} (what runs), then {@link
 * dev.sluice.executor.api.StageProgram} and {@link dev.sluice.executor.api.PartitionProcessor} (how
 * a stage computes a micro-batch), then {@link dev.sluice.executor.api.SourceProgram} (where
 * records come from). Nothing here knows Beam, threads, or where a partition lives.
 */
package dev.sluice.executor.api;
