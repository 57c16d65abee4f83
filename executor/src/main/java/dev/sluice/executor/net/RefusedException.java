package dev.sluice.executor.net;

import java.io.IOException;

/** Two processes do not belong together; the message names the remedy. */
public final class RefusedException extends IOException {
  private static final long serialVersionUID = 1;

  private final Refusal refusal;

  RefusedException(Refusal refusal, String message) {
    super(message);
    this.refusal = refusal;
  }

  /** Why. */
  public Refusal refusal() {
    return refusal;
  }
}
