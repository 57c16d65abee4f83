/**
 * ParDo as an operator. Start with {@link dev.sluice.translation.operator.pardo.ParDoSpec}: it
 * chooses between the direct operator (the fast path), the general one and the one for state and
 * timers. {@code DoFnPool} and {@code FnLifecycle} keep Beam's rules about the life of a DoFn
 * instance for all three.
 */
package dev.sluice.translation.operator.pardo;
