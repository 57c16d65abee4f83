/**
 * The pipeline as a graph of ours: steps and the collections between them, in URNs, coders,
 * windowing strategies and specs. No {@code AppliedPTransform} gets past the builder of this graph.
 * Start with {@link dev.sluice.translation.graph.PipelineGraph}.
 */
package dev.sluice.translation.graph;
