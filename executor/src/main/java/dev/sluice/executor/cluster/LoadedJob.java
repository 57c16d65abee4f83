package dev.sluice.executor.cluster;

import dev.sluice.executor.api.JobProgram;
import dev.sluice.executor.api.JobSummary;
import dev.sluice.executor.coordinator.JobStart;
import dev.sluice.executor.transport.control.Preparation.PrepareJob;

/**
 * A submitted job that the coordinator's process has read and checked.
 *
 * @param program what was submitted
 * @param start where it begins
 * @param summary sums up its reports
 * @param surroundings closed when the job is over
 * @param preparation what executors are told
 */
record LoadedJob(
    JobProgram program,
    JobStart start,
    JobSummary summary,
    AutoCloseable surroundings,
    PrepareJob preparation) {}
