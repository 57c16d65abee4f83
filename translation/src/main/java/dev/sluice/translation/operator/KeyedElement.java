package dev.sluice.translation.operator;

import org.apache.beam.sdk.values.WindowedValue;

/**
 * The record of a keyed edge: an element ({@code KV}, or whatever the step is keyed by) and its
 * encoded key.
 */
public record KeyedElement(Key key, WindowedValue<?> element) {}
