/**
 * Splittable DoFns. At submission {@link
 * dev.sluice.translation.operator.splittable.SplittableOverrides} rewrites them: pairing elements
 * with restrictions and splitting these are plain ParDos; each restriction gets a unique key and is
 * brought by it to {@link dev.sluice.translation.operator.splittable.SplittableProcessSpec}, which
 * processes it in pieces, one piece a batch, until nothing is left. Start with {@code
 * SplittableProcessOperator}.
 */
package dev.sluice.translation.operator.splittable;
