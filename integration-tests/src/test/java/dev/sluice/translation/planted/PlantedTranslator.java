package dev.sluice.translation.planted;

import dev.sluice.executor.node.PlantedNode;

/** Breaks the arrows: the translation enters a room other than the API. */
public class PlantedTranslator {
  PlantedNode node;
}
