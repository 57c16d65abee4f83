/**
 * What a user of Sluice meets: the runner, its options, its registrars and the result of a
 * pipeline. Everything a user may name is here; how a pipeline becomes stages is the translation's,
 * how a stage computes the executor's.
 */
package dev.sluice.runner;
