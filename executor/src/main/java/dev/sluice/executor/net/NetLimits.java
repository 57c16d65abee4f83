package dev.sluice.executor.net;

/**
 * Bounds of what connections may take.
 *
 * @param maxFrameBytes a longer frame closes its connection
 * @param maxMessageBytes a longer message, all its frames and blocks together, closes it; also what
 *     may wait to be sent over a link
 * @param windowBytes so many bytes of blocks may be on their way between two addresses
 * @param maxQueuedMessages more messages than this waiting for a peer that takes none make it
 *     unreachable
 * @param handshakeMillis time for a connection to become whole, TLS included
 * @param connectMillis time for the first connection to an address
 * @param frameMillis time for a frame, once begun, to become whole
 * @param maxHandshakes how many connections may be in their handshake at a time
 */
public record NetLimits(
    int maxFrameBytes,
    long maxMessageBytes,
    int windowBytes,
    int maxQueuedMessages,
    int handshakeMillis,
    int connectMillis,
    int frameMillis,
    int maxHandshakes) {
  /** For production. */
  public static final NetLimits DEFAULTS =
      new NetLimits(16 << 20, 4L << 30, 32 << 20, 100_000, 10_000, 5_000, 30_000, 256);

  /** Checks. */
  public NetLimits {
    if (maxFrameBytes < 64 << 10 || windowBytes < maxFrameBytes / 8 || maxMessageBytes < 1) {
      throw new IllegalArgumentException(
          "frames need at least 64 KiB, and a window that fits: frames of "
              + maxFrameBytes
              + " bytes, window "
              + windowBytes);
    }
  }

  /** The same with another window. */
  public NetLimits withWindowBytes(int other) {
    return new NetLimits(
        maxFrameBytes,
        maxMessageBytes,
        other,
        maxQueuedMessages,
        handshakeMillis,
        connectMillis,
        frameMillis,
        maxHandshakes);
  }

  /** The same with other times. */
  public NetLimits withMillis(int handshake, int connect, int frame) {
    return new NetLimits(
        maxFrameBytes,
        maxMessageBytes,
        windowBytes,
        maxQueuedMessages,
        handshake,
        connect,
        frame,
        maxHandshakes);
  }
}
