package dev.sluice.runner.submit;

import dev.sluice.executor.api.TaskFailure;
import dev.sluice.translation.operator.FailedStep;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.util.UserCodeException;

/**
 * What failed a pipeline, in the forms in which users of Beam expect to meet it.
 *
 * @param failure as the engine tells it
 */
public record PipelineFailure(TaskFailure failure) {
  /** Where it happened: the step if one is known, otherwise the stage. */
  public String place() {
    String step =
        FailedStep.of(failure.cause()).map(name -> "step " + name).orElse(failure.stage());
    StringBuilder place = new StringBuilder(step);
    if (failure.batch() >= 0) {
      place.append(", micro-batch ").append(failure.batch());
    }
    if (failure.partition() >= 0) {
      place.append(", partition ").append(failure.partition());
    }
    return place.toString();
  }

  /**
   * What went wrong: if user code threw, its own exception. In a chain of fused steps an exception
   * passes through the user code of every step before the one that threw it; the innermost is
   * meant.
   */
  public Throwable cause() {
    Throwable cause = failure.cause();
    for (Throwable t = failure.cause(); t != null; t = t.getCause()) {
      if (t instanceof UserCodeException && t.getCause() != null) {
        cause = t.getCause();
      }
    }
    return cause;
  }

  /** A new exception to throw, which has {@link #cause} as its cause and tells the place. */
  public PipelineExecutionException exception() {
    return new FailedIn(place(), cause());
  }

  /** Beam's exception, whose message tells the place as well: logs often show nothing else. */
  private static final class FailedIn extends PipelineExecutionException {
    private static final long serialVersionUID = 1;
    private final String place;

    FailedIn(String place, Throwable cause) {
      super(cause);
      this.place = place;
    }

    @Override
    public String getMessage() {
      return place + ": " + getCause();
    }

    /** Under the name that users know. */
    @Override
    public String toString() {
      return PipelineExecutionException.class.getName() + ": " + getMessage();
    }
  }
}
