/**
 * Beam's state and timers of one step in one partition, on the heap, with incremental snapshots.
 *
 * <p>Keyed operators come in through {@link dev.sluice.translation.state.StepState} and {@link
 * dev.sluice.translation.state.StepTimers}; start reading there. {@link
 * dev.sluice.translation.state.WatermarkHolds} is of use to anybody who holds a watermark back.
 * Everything here belongs to the one thread that runs the partition.
 */
package dev.sluice.translation.state;
