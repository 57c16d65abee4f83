package dev.sluice.executor.checkpoint;

import java.io.IOException;

/**
 * A checkpoint could not be written or read, or must not be used. The message names the file, what
 * was expected, and what to do.
 */
public final class CheckpointException extends IOException {
  private static final long serialVersionUID = 1;

  /** What is wrong. */
  public enum Reason {
    /** The directory, the checkpoint asked for, and the job do not go together. */
    REFUSED,
    /** What is stored is missing, torn or changed. */
    DAMAGED,
    /** The storage did not take it. */
    NOT_WRITTEN
  }

  private final Reason reason;

  CheckpointException(Reason reason, String message) {
    this(reason, message, null);
  }

  CheckpointException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** What is wrong. */
  public Reason reason() {
    return reason;
  }
}
