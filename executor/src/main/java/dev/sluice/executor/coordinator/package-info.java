/**
 * The life of jobs: who runs what, and what becomes of it. Not on the path of batches (DESIGN C3).
 * Start with {@link dev.sluice.executor.coordinator.Coordinator}.
 */
package dev.sluice.executor.coordinator;
