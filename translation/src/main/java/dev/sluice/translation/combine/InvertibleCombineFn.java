package dev.sluice.translation.combine;

/**
 * A {@code CombineFn} may implement this to say that what was merged into an accumulator can be
 * taken out again. Sliding windows then cost one merge and one subtraction per window that passes,
 * however many windows overlap. Beam's counts, and its sums of integers and longs, are known to the
 * runner as they are.
 *
 * <p>Only where it is exact: after {@code subtract(merge(a, b), b)} the accumulator has to be what
 * {@code a} was, in every result that is extracted from it later. Sums of floating-point numbers
 * are not, and neither are minima.
 *
 * @param <AccumT> the function's accumulators
 */
public interface InvertibleCombineFn<AccumT> {
  /**
   * Takes out what was merged in before.
   *
   * @param accumulator what it is taken from; may be changed and returned
   * @param leaving what is taken out; must not be changed
   */
  AccumT subtract(AccumT accumulator, AccumT leaving);
}
