package dev.sluice.executor.cluster;

import java.io.IOException;

/** The cluster cannot do what it was asked for, or cannot be reached; the message says why. */
public final class ClusterException extends IOException {
  private static final long serialVersionUID = 1;

  ClusterException(String message) {
    super(message);
  }

  ClusterException(String message, Throwable cause) {
    super(message, cause);
  }
}
