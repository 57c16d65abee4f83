/** Operators without state of their own: handing on, assigning windows. */
package dev.sluice.translation.operator.simple;
