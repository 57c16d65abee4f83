/**
 * The workloads as plain Beam pipelines. {@link dev.sluice.benchmarks.beam.BeamEngine} is the
 * entry; {@link dev.sluice.benchmarks.beam.Pipelines} is the table of contents. Compiled against
 * more than one version of Beam, for runners that need an older one.
 */
package dev.sluice.benchmarks.beam;
