package dev.sluice.executor.block;

import java.io.IOException;

/**
 * A record could not be encoded or decoded; names the edge and the codec, and carries what the
 * codec threw.
 */
public final class RecordCodecException extends IOException {
  private static final long serialVersionUID = 1;

  RecordCodecException(String message, Throwable cause) {
    super(message, cause);
  }
}
