package dev.sluice.translation.graph;

import dev.sluice.executor.api.ViewProgram;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.values.WindowingStrategy;

/**
 * A view that steps look at.
 *
 * @param id place in {@link PipelineGraph#views()}
 * @param tag internal id of the Beam view's tag
 * @param collection the collection that is folded, by id: what the view's own grouping emits, one
 *     pane an element
 * @param program folds it
 * @param coder of the collection's elements
 * @param windowing how it is windowed
 */
public record ViewNode(
    int id,
    String tag,
    int collection,
    ViewProgram program,
    Coder<?> coder,
    WindowingStrategy<?, ?> windowing) {}
