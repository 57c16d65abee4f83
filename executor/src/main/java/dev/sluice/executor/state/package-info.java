/**
 * Snapshots: the rows of one partition as one immutable object, full or as what has changed since
 * another, and the way back from a chain of them to rows, also for another number of partitions.
 *
 * <p>For the rooms that take and restore checkpoints. Start with {@link
 * dev.sluice.executor.state.SnapshotRows} (what a processor writes into), then {@link
 * dev.sluice.executor.state.SnapshotFile} (the format).
 */
package dev.sluice.executor.state;
