package dev.sluice.executor.api;

import java.io.Serializable;

/**
 * An edge: an output of a stage feeds an input of another.
 *
 * @param id place of the edge in {@link JobGraph#edges()}; part of the canonical order
 * @param producer id of the producing stage
 * @param output its output
 * @param consumer id of the consuming stage, which comes later in the graph
 * @param input its input
 * @param exchange how records find their partition
 * @param codec writes and reads the records
 * @param alwaysEncode whether records are encoded and decoded even inside one process, as when the
 *     coders of both ends differ
 */
public record EdgeSpec(
    int id,
    int producer,
    int output,
    int consumer,
    int input,
    Exchange exchange,
    RecordCodec codec,
    boolean alwaysEncode)
    implements Serializable {}
