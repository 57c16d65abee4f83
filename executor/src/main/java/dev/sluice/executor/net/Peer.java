package dev.sluice.executor.net;

import java.io.Serializable;

/**
 * As what a process takes part in a connection.
 *
 * @param kind its role
 * @param executor its number if it is an executor, else -1
 */
public record Peer(Kind kind, int executor) implements Serializable {
  /** Roles. Their order is part of the handshake. */
  public enum Kind {
    /** The coordinator, or one that stands by. */
    COORDINATOR,
    /** A member that has its number. */
    EXECUTOR,
    /** A process that asks to become an executor. */
    CANDIDATE,
    /** Submits and watches jobs. */
    CLIENT
  }

  /** The coordinator. */
  public static final Peer COORDINATOR = new Peer(Kind.COORDINATOR, -1);

  /** Who wants to become an executor. */
  public static final Peer CANDIDATE = new Peer(Kind.CANDIDATE, -1);

  /** A client. */
  public static final Peer CLIENT = new Peer(Kind.CLIENT, -1);

  /** Checks. */
  public Peer {
    if (kind == Kind.EXECUTOR ? executor < 0 : executor != -1) {
      throw new IllegalArgumentException(kind + " cannot have the number " + executor);
    }
  }

  /** An executor. */
  public static Peer executor(int number) {
    return new Peer(Kind.EXECUTOR, number);
  }

  @Override
  public String toString() {
    return switch (kind) {
      case COORDINATOR -> "coordinator";
      case EXECUTOR -> "executor " + executor;
      case CANDIDATE -> "a candidate";
      case CLIENT -> "a client";
    };
  }
}
