package dev.sluice.executor.net;

/** Why a connection is refused. The order is part of the handshake. */
public enum Refusal {
  /** Another version of Sluice, Beam or of a format. */
  VERSION,
  /** The cluster shares a secret, and the connecting process has none. */
  SECRET_MISSING,
  /** The connecting process has a secret, and the cluster has none. */
  SECRET_UNEXPECTED,
  /** The secrets differ. */
  SECRET_WRONG,
  /** The address that was asked for is not here. */
  NOT_HERE,
  /** Too many connections at a time. */
  BUSY
}
