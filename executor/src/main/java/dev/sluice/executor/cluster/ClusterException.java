package dev.sluice.executor.cluster;

import java.io.IOException;

/** The cluster cannot do what it was asked for, or cannot be reached; the message says why. */
public final class ClusterException extends IOException {
  private static final long serialVersionUID = 1;

  private final boolean answer;

  ClusterException(String message) {
    this(message, null);
  }

  ClusterException(String message, Throwable cause) {
    this(message, cause, false);
  }

  private ClusterException(String message, Throwable cause, boolean answer) {
    super(message, cause);
    this.answer = answer;
  }

  /** The coordinator says so. */
  static ClusterException refused(String reason) {
    return new ClusterException(reason, null, true);
  }

  /** Whether the coordinator has said so; otherwise it could not be asked. */
  public boolean isAnswer() {
    return answer;
  }
}
