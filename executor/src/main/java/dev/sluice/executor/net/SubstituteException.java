package dev.sluice.executor.net;

/**
 * Stands for an exception whose class is missing here, or that could not be sent as it was: with
 * its message, stack trace, causes and suppressed exceptions, and the name of its class.
 */
public final class SubstituteException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String originalClass;

  SubstituteException(String originalClass, String message, Throwable cause) {
    super(message, cause);
    this.originalClass = originalClass;
  }

  /** Name of the class of the exception that it stands for. */
  public String originalClass() {
    return originalClass;
  }

  /** As the original would print itself. */
  @Override
  public String toString() {
    return getMessage() == null ? originalClass : originalClass + ": " + getMessage();
  }
}
