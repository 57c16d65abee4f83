/**
 * Beam's model as operators, the steps inside a stage program. Start with {@link
 * dev.sluice.translation.operator.Operator} (the life of a step in a micro-batch) and {@link
 * dev.sluice.translation.operator.StepSpec} (what is shipped). Sub-packages hold the operators of
 * one kind each.
 */
package dev.sluice.translation.operator;
