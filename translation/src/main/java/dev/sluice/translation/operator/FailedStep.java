package dev.sluice.translation.operator;

import java.util.Optional;

/**
 * Tells, beside the stack trace of what was thrown, in which step: the name that the user gave to
 * it, which no stack trace shows. It is attached as a suppressed exception, so that what is thrown
 * stays what user code threw.
 *
 * <p>In a fused chain an exception passes through all steps before the one in which it was thrown.
 * That one notes its name first, and the others leave it at that.
 */
public final class FailedStep extends Exception {
  private static final long serialVersionUID = 1;

  private final String step;

  private FailedStep(String step) {
    super("in step " + step, null, false, false);
    this.step = step;
  }

  /** Notes the step on what was thrown in it, unless a step inside of it has done so. */
  public static void note(Throwable thrown, String step) {
    if (of(thrown).isEmpty()) {
      thrown.addSuppressed(new FailedStep(step));
    }
  }

  /** The step in which something was thrown, if that was noted. */
  public static Optional<String> of(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      for (Throwable suppressed : t.getSuppressed()) {
        if (suppressed instanceof FailedStep failed) {
          return Optional.of(failed.step);
        }
      }
    }
    return Optional.empty();
  }
}
