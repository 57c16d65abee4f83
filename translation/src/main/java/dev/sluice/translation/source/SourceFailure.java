package dev.sluice.translation.source;

import org.apache.beam.sdk.util.UserCodeException;

/** The code of a source threw; says which step it belongs to. The cause is what was thrown. */
public final class SourceFailure extends Exception {
  private static final long serialVersionUID = 1;

  SourceFailure(String step, String doing, Throwable cause) {
    super("step " + step + ": " + doing + " failed: " + cause, UserCodeException.wrap(cause));
  }
}
