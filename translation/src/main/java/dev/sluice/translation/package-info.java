/**
 * The entry: {@link dev.sluice.translation.PipelineTranslator} turns a Beam pipeline into a job of
 * the engine.
 */
package dev.sluice.translation;
