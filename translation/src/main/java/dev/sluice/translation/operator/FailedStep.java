package dev.sluice.translation.operator;

import java.util.Optional;

/**
 * Tells, beside the stack trace of what was thrown, in which step and with which element: the
 * step's name is the one that the user gave to it, which no stack trace shows. It is attached as a
 * suppressed exception, so that what is thrown stays what user code threw.
 *
 * <p>In a fused chain an exception passes through all steps before the one in which it was thrown.
 * That one notes itself first, and the others leave it at that. Nothing is done for it while all
 * goes well: who calls user code has the element at hand when it throws.
 */
public final class FailedStep extends Exception {
  private static final long serialVersionUID = 1;

  private final String step;
  private final String subject;

  private FailedStep(String step, String subject) {
    super("in step " + step + (subject == null ? "" : ", " + subject), null, false, false);
    this.step = step;
    this.subject = subject;
  }

  /** Notes the step on what was thrown in it, unless a step inside of it has done so. */
  public static void note(Throwable thrown, String step) {
    if (find(thrown) == null) {
      thrown.addSuppressed(new FailedStep(step, null));
    }
  }

  /** Notes the step and the element that it was called with. */
  public static void noteElement(Throwable thrown, String step, Object value) {
    if (find(thrown) == null) {
      thrown.addSuppressed(new FailedStep(step, "element " + ElementText.of(value)));
    }
  }

  /**
   * Notes the step and the key that it worked on.
   *
   * @param what it did with it, such as {@code "timer 'x'"}, or the empty text
   */
  public static void noteKey(Throwable thrown, String step, String what, Object key) {
    if (find(thrown) == null) {
      String subject = (what.isEmpty() ? "" : what + " of ") + "key " + ElementText.of(key);
      thrown.addSuppressed(new FailedStep(step, subject));
    }
  }

  /** The step in which something was thrown, if that was noted. */
  public static Optional<String> of(Throwable thrown) {
    return Optional.ofNullable(find(thrown)).map(failed -> failed.step);
  }

  /** What the step was called with, in words such as "element KV{a, 1}", if that was noted. */
  public static Optional<String> subjectOf(Throwable thrown) {
    return Optional.ofNullable(find(thrown)).map(failed -> failed.subject);
  }

  private static FailedStep find(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      for (Throwable suppressed : t.getSuppressed()) {
        if (suppressed instanceof FailedStep failed) {
          return failed;
        }
      }
    }
    return null;
  }
}
