/** The workloads as pipelines of Hazelcast Jet's own. */
package dev.sluice.benchmarks.jet;
