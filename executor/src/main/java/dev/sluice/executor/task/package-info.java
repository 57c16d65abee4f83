/**
 * What an executor does: which task is ready, which of the ready ones runs next, and how a task
 * steps its processor (DESIGN C3, C7). Start with {@link dev.sluice.executor.task.Executor}, the
 * state machine; {@link dev.sluice.executor.task.LocalJob} has the tables of one job, {@link
 * dev.sluice.executor.task.BatchTable} the readiness of one batch.
 */
package dev.sluice.executor.task;
