/**
 * What processes of a cluster, and clients, say to each other besides the messages of running jobs:
 * who is in, what a job needs before it can start, and what clients ask. Only plain values: text,
 * numbers, bytes, lists and records of these; what belongs to a job's own classes travels as bytes
 * that only the job's class loader reads. Start with {@link
 * dev.sluice.executor.transport.control.Control}.
 */
package dev.sluice.executor.transport.control;
