package dev.sluice.executor.net;

import dev.sluice.executor.transport.Address;

/**
 * Which lane.
 *
 * @param process drawn by the sending process when it began
 * @param generation of the lane: rises when it begins anew within the process
 * @param from who sends
 * @param to who receives
 */
record LaneSettings(long process, int generation, Address from, Address to) {
  @Override
  public String toString() {
    return from + " to " + to;
  }
}
