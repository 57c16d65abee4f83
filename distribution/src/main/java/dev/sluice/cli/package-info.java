/**
 * The {@code sluice} command: starts the processes of a cluster, submits programs, asks and tells
 * clusters. Knows the engine's {@code cluster} package and nothing of Beam. Start with {@link
 * dev.sluice.cli.Sluice}.
 */
package dev.sluice.cli;
