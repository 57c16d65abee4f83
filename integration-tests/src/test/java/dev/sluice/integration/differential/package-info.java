/**
 * Random small pipelines on random test streams, on Sluice and on Beam's direct runner: where
 * Beam's model fixes the outcome, the two have to give the same panes; where it leaves the outcome
 * open, each has to keep the model's invariants. And Sluice has to agree with itself, however the
 * work is cut into partitions, encoded, or done by special code.
 *
 * <p>Start with {@code Description}: all of a pipeline as a value, made by {@code Generator} from a
 * seed. {@code PipelineFactory} makes Beam's pipeline of it, {@code DifferentialTest} runs and
 * judges it, {@code Comparison} knows what the model fixes and where the direct runner is not the
 * measure, and why, {@code Panes} what holds whatever the trigger.
 */
package dev.sluice.integration.differential;
