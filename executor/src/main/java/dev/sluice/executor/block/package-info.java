/**
 * Blocks: what passes between stages in one micro-batch, held by reference or encoded, in memory
 * within a budget and on disk beyond it, and groupings, which hold a whole bounded input by key.
 *
 * <p>For the rooms that run tasks and move blocks. Start with {@link
 * dev.sluice.executor.block.BlockStore}, then {@link dev.sluice.executor.block.Block}.
 */
package dev.sluice.executor.block;
