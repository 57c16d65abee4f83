/**
 * What every engine is given and what is asked of it, in plain Java: the records ({@link
 * dev.sluice.benchmarks.workload.LineStream}), the jobs ({@link
 * dev.sluice.benchmarks.workload.Workload}), the sum that all results have to agree in ({@link
 * dev.sluice.benchmarks.workload.Ledger}) and the process in which an engine is timed ({@link
 * dev.sluice.benchmarks.workload.Fork}). It is compiled once for each engine, so it knows none.
 */
package dev.sluice.benchmarks.workload;
