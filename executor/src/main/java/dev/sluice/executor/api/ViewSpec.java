package dev.sluice.executor.api;

import java.io.Serializable;

/**
 * A view: what a stage emits, folded to one value that whole other stages look at (Beam's side
 * inputs). There is one version per batch and executor, shared by all partitions there.
 *
 * @param id place of the view in {@link JobGraph#views()}
 * @param producer id of the producing stage
 * @param output its output; all its partitions contribute
 * @param program folds the records
 * @param codec writes and reads the records
 */
public record ViewSpec(int id, int producer, int output, ViewProgram program, RecordCodec codec)
    implements Serializable {}
