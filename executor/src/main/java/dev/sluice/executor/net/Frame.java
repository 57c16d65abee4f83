package dev.sluice.executor.net;

/**
 * A frame that has arrived whole, checked and decompressed.
 *
 * @param type what is in it
 * @param more whether the next frame of this type goes on with the same thing
 * @param body its bytes
 */
record Frame(FrameType type, boolean more, byte[] body) {
  /** How many bytes it counts for in a window. */
  int weight() {
    return body.length;
  }
}
