package dev.sluice.executor.api;

import dev.sluice.executor.task.PlantedTask;

/** Breaks the arrows: the lowest room uses one of the highest. */
public class PlantedClimb {
  PlantedTask task;
}
