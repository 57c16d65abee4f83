package dev.sluice.translation.operator.splittable;

import java.io.Serializable;
import org.joda.time.Duration;

/**
 * After how much work a splittable DoFn is asked for a checkpoint. It is a request: the DoFn may go
 * on until it next claims something.
 *
 * @param maxOutputs number of outputs
 * @param maxMillis real time since the first claim, milliseconds
 */
public record SplittableBudget(int maxOutputs, long maxMillis) implements Serializable {
  /** Keeps batches short. */
  public static final SplittableBudget SHORT_BATCHES = new SplittableBudget(10_000, 100);

  /** Never asks: for bounded work in a batch that holds the whole input anyway. */
  public static final SplittableBudget UNLIMITED =
      new SplittableBudget(Integer.MAX_VALUE, Duration.standardDays(3650).getMillis());
}
