package dev.sluice.translation.operator.grouping;

/** What comes into a combine. */
public enum CombineInput {
  /** The values of the pipeline's collection. */
  VALUES,
  /** Accumulators that {@link PrecombineSpec} made of them before the shuffle. */
  ACCUMULATORS
}
