/**
 * JMH benchmarks, one for each claim of speed; {@code …Benchmark} by the fast path it measures. The
 * packages beneath run whole pipelines, beside other engines.
 */
package dev.sluice.benchmarks;
