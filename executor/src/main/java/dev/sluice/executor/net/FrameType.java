package dev.sluice.executor.net;

/** What is in a frame. */
enum FrameType {
  /** Handshake: who connects, and what for. */
  HELLO(1),
  /** Handshake: who listens, and what is to be proved. */
  CHALLENGE(2),
  /** Handshake: the connecting end knows the secret. */
  PROOF(3),
  /** Handshake: the listening end knows it as well; the last frame of the handshake. */
  WELCOME(4),
  /** Handshake: the connection is not wanted, and why; the last frame. */
  REFUSED(5),

  /** A message of a {@link Link}, or a part of it. */
  LINK_MESSAGE(16),

  /** Of a lane: which one. */
  LANE_OPEN(32),
  /** Of a lane, back: what has come on former connections. */
  LANE_STATE(33),
  /** Of a lane: a message but for its blocks, or a part of it. */
  HEAD(34),
  /** Of a lane: a piece of a block, or a part of it. */
  PIECE(35),
  /** Of a lane, back: what has come on this connection. */
  ACK(36),
  /** Of a lane: a message that cannot be sent to its end, or at all. */
  SKIP(37);

  private static final FrameType[] BY_NUMBER = new FrameType[64];

  static {
    for (FrameType type : values()) {
      BY_NUMBER[type.number] = type;
    }
  }

  final int number;

  FrameType(int number) {
    this.number = number;
  }

  /** The type with a number, or null. */
  static FrameType of(int number) {
    return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
  }
}
