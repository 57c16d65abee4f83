/**
 * The command that runs workloads on Sluice and beside it on other engines: {@link
 * dev.sluice.benchmarks.compare.Compare}. Each engine runs in a JVM of its own with a class path of
 * its own.
 */
package dev.sluice.benchmarks.compare;
