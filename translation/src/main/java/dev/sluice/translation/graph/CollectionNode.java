package dev.sluice.translation.graph;

import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.values.WindowingStrategy;

/**
 * A collection of elements between steps.
 *
 * @param id place in {@link PipelineGraph#collections()}
 * @param name for people
 * @param coder of the elements
 * @param windowing how it is windowed
 * @param bounded whether it ends by itself
 */
public record CollectionNode(
    int id, String name, Coder<?> coder, WindowingStrategy<?, ?> windowing, boolean bounded) {}
