/**
 * Watches user code for what Beam forbids and Java allows: changing an element. Used with {@code
 * --checkMutation}.
 */
package dev.sluice.translation.operator.check;
