package dev.sluice.cli;

/**
 * For machines: what has been asked of a job.
 *
 * @param id the job
 * @param asked the command
 */
record Asked(String id, String asked) {}
