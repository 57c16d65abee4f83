/**
 * Sliding windows by slices: in place of all its windows an element carries one slice of time that
 * stands for them. Start with {@link dev.sluice.translation.operator.slices.Slices}. Who sees
 * slices has to know them; before everybody else they are replaced by the windows again.
 */
package dev.sluice.translation.operator.slices;
