/**
 * The workloads as loops written by hand: what the machine can do, and what the results are. {@link
 * dev.sluice.benchmarks.loop.LoopEngine} is the entry.
 */
package dev.sluice.benchmarks.loop;
