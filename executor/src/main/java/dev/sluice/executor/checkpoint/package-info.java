/**
 * Checkpoints (DESIGN C8): snapshot objects and one manifest for each checkpoint in a storage,
 * chains of changes, what is kept and what is swept, and which checkpoint a job resumes from.
 *
 * <p>For the rooms that coordinate checkpoints. Start with {@link
 * dev.sluice.executor.checkpoint.CheckpointStore}.
 */
package dev.sluice.executor.checkpoint;
