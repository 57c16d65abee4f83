package dev.sluice.executor.cluster;

import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.JobSummary;
import dev.sluice.executor.coordinator.JobStart;
import dev.sluice.executor.transport.control.Preparation.PrepareJob;

/**
 * A submitted job that the coordinator's process has read and checked.
 *
 * @param graph what it does, laid out as it was in the checkpoint that it resumes from
 * @param start where it begins
 * @param summary sums up its reports
 * @param surroundings closed when the job is over
 * @param preparation what executors are told
 */
record LoadedJob(
    JobGraph graph,
    JobStart start,
    JobSummary summary,
    AutoCloseable surroundings,
    PrepareJob preparation) {}
