package dev.sluice.executor.planted;

/** Breaks the plan of rooms: its package has no floor. */
public class PlantedOutsider {}
