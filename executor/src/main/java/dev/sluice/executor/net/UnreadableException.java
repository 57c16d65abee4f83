package dev.sluice.executor.net;

/** A well-formed message with an object that cannot be read here: a class is missing. */
final class UnreadableException extends Exception {
  private static final long serialVersionUID = 1;

  UnreadableException(String message, Throwable cause) {
    super(message, cause);
  }
}
