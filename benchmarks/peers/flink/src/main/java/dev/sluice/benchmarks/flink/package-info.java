/** The workloads as programs of Apache Flink's own. */
package dev.sluice.benchmarks.flink;
