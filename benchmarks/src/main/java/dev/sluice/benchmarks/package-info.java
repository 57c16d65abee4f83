/**
 * A JMH benchmark for each claim of speed, named {@code Benchmark…} after the class it measures.
 */
package dev.sluice.benchmarks;
