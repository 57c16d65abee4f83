package dev.sluice.integration.architecture;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The packages of the executor, each on its floor. Dependencies go down, or stay on a floor without
 * forming a cycle. A new package gets its place here first.
 */
enum Room {
  CLUSTER(6),

  NODE(5),

  COORDINATOR(4),
  OPENER(4),
  TASK(4),

  NET(3),
  MEMBERSHIP(3),
  CHECKPOINT(3),
  LINEAGE(3),
  SHUFFLE(3),

  TRANSPORT(2),
  STATE(2),
  BLOCK(2),

  COMMON(1),

  API(0);

  static final String EXECUTOR = "dev.sluice.executor";

  private final int floor;

  Room(int floor) {
    this.floor = floor;
  }

  /**
   * The room a package lies in, itself or above it; none outside of the executor and in its root.
   */
  static Optional<Room> of(String packageName) {
    return Arrays.stream(values())
        .filter(
            room ->
                packageName.equals(room.packageName())
                    || packageName.startsWith(room.packageName() + "."))
        .findFirst();
  }

  boolean mayUse(Room other) {
    return other.floor <= floor;
  }

  String packageName() {
    return EXECUTOR + "." + name().toLowerCase(Locale.ROOT);
  }
}
