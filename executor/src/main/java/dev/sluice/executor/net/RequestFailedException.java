package dev.sluice.executor.net;

/** The other end of a link could not answer a request. The cause is what it threw there. */
public final class RequestFailedException extends Exception {
  private static final long serialVersionUID = 1;

  RequestFailedException(Throwable cause) {
    super(cause.getMessage() == null ? cause.toString() : cause.getMessage(), cause);
  }
}
