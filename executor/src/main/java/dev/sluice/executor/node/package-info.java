/**
 * The composition root: real time, real threads, and the engine put together from its rooms. Start
 * with {@link dev.sluice.executor.node.EmbeddedEngine}.
 */
package dev.sluice.executor.node;
