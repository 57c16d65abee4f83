/**
 * Cuts the graph of steps into stages at shuffles and views, and makes the engine's job graph of
 * it. Start with {@link dev.sluice.translation.fusion.Fusion}.
 */
package dev.sluice.translation.fusion;
