/**
 * How pipelines begin, idle and end: nothing is left of them, and waiting costs next to nothing.
 */
package dev.sluice.integration.lifecycle;
