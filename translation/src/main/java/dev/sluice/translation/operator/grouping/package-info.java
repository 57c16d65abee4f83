/**
 * GroupByKey and Combine.PerKey. Start with {@link
 * dev.sluice.translation.operator.grouping.GroupByKeySpec}, which picks one of the operators: the
 * general one around Beam's {@code ReduceFnRunner}, its fast twin for what fires once at the end of
 * the window, and those that spill for the whole input of a bounded job. A {@code Reduction} says
 * what becomes of a group's values.
 */
package dev.sluice.translation.operator.grouping;
