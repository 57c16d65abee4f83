/**
 * The whole engine in one thread: a seed decides which message is delivered, which event is
 * handled, which task runs and when time goes on; after every step the invariants are checked.
 * Start with {@link dev.sluice.executor.simulation.Simulation}.
 */
package dev.sluice.executor.simulation;
