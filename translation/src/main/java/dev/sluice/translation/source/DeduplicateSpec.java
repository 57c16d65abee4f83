package dev.sluice.translation.source;

import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.OperatorContext;
import dev.sluice.translation.operator.StepSpec;

/**
 * Drops records that a source has delivered before, behind an exchange that is keyed by record id
 * ({@code InputExchange.Keyed} with the ids' {@code ByteArrayCoder}): takes {@code
 * ValueWithRecordId}s, emits their values. It remembers an id for {@link #REMEMBERED_MILLIS} of
 * processing time since it was last seen, and the latest {@link #MAX_IDS} in each partition.
 */
public record DeduplicateSpec() implements StepSpec {
  /** How long an id is remembered. */
  static final long REMEMBERED_MILLIS = 10 * 60 * 1000;

  /** How many ids are remembered in each partition. */
  static final int MAX_IDS = 200_000;

  private static final long serialVersionUID = 1;

  @Override
  public Operator create(OperatorContext context) {
    return new DeduplicateOperator(
        context, new SeenIds(context.maxParallelism(), REMEMBERED_MILLIS, MAX_IDS));
  }
}
