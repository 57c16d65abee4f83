package dev.sluice.translation.fusion;

import java.util.List;

/**
 * Which steps make which stage.
 *
 * @param stageOf for each step its stage
 * @param stages for each stage its steps, in topological order; producers' stages come before
 *     consumers'
 */
record StagePlan(int[] stageOf, List<List<Integer>> stages) {}
