/**
 * The processes of a cluster: a coordinator, executors, and clients that submit jobs, composed of
 * the same coordinator and executor as the engine in one JVM. Here, as in {@code node}, are
 * threads, the clock and files.
 */
package dev.sluice.executor.cluster;
