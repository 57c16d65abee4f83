/**
 * A fused stage at work: {@link dev.sluice.translation.operator.stage.FusedStage} is the engine's
 * stage program, {@link dev.sluice.translation.operator.stage.StageProcessor} drives the operators
 * of one partition through each micro-batch. The only room of the operators that speaks with the
 * engine.
 */
package dev.sluice.translation.operator.stage;
