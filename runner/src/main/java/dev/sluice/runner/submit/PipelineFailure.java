package dev.sluice.runner.submit;

import dev.sluice.executor.api.TaskFailure;
import dev.sluice.translation.operator.FailedStep;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.util.UserCodeException;

/**
 * What failed a pipeline, in the forms in which users of Beam expect to meet it.
 *
 * @param failure as the engine tells it
 * @param checkpoint the newest checkpoint from which the pipeline can be resumed
 */
public record PipelineFailure(TaskFailure failure, Optional<String> checkpoint) {
  /**
   * Where it happened: the step if one is known, otherwise the stage; the micro-batch, the
   * partition, and the element, key or timer, so far as they are known.
   */
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
    FailedStep.subjectOf(failure.cause()).ifPresent(what -> place.append(", ").append(what));
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

  /** How to go on from a checkpoint, if there is one; else the empty text. */
  public String remedy() {
    return checkpoint
        .map(
            name ->
                " (once that is mended, --restore=" + name + " goes on from the last checkpoint)")
        .orElse("");
  }

  /**
   * A new exception to throw, which has {@link #cause} as its cause and tells the place and the
   * checkpoint.
   */
  public PipelineExecutionException exception() {
    return new FailedIn(place() + ": " + cause() + remedy(), cause());
  }

  /** Beam's exception, whose message tells all that is known: logs often show nothing else. */
  private static final class FailedIn extends PipelineExecutionException {
    private static final long serialVersionUID = 1;
    private final String message;

    FailedIn(String message, Throwable cause) {
      super(cause);
      this.message = message;
    }

    @Override
    public String getMessage() {
      return message;
    }

    /** Under the name that users know. */
    @Override
    public String toString() {
      return PipelineExecutionException.class.getName() + ": " + getMessage();
    }
  }
}
