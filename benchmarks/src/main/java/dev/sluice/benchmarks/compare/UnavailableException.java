package dev.sluice.benchmarks.compare;

import java.nio.file.Path;

/** An engine cannot be run, which is told in place of its figures. */
final class UnavailableException extends Exception {
  private static final long serialVersionUID = 1;

  /** With what went wrong, and where more of it stands. */
  UnavailableException(String what, Path log) {
    super(what + " (" + log + ")");
  }
}
