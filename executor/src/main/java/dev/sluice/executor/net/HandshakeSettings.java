package dev.sluice.executor.net;

import java.util.SortedMap;

/**
 * What both ends of every handshake of a process need.
 *
 * @param secret proves that this end belongs to the cluster
 * @param formats versions of formats by name
 * @param limits bounds
 * @param nonces draws nonces
 */
record HandshakeSettings(
    Secret secret, SortedMap<String, String> formats, NetLimits limits, Nonces nonces) {
  /** Draws bytes that nobody can guess. */
  @FunctionalInterface
  interface Nonces {
    /** Fills. */
    void fill(byte[] nonce);
  }

  Hello hello(Hello.Purpose purpose, Peer self) {
    byte[] nonce = new byte[Hello.NONCE];
    nonces.fill(nonce);
    return new Hello(Hello.PROTOCOL, purpose, self, secret.isThere(), nonce, formats);
  }

  /**
   * Compares versions.
   *
   * @param mine how to call this end
   * @param theirs how to call the other
   */
  void checkProtocol(int protocol, String mine, String theirs) throws RefusedException {
    if (protocol != Hello.PROTOCOL) {
      throw new RefusedException(
          Refusal.VERSION,
          mine
              + " speaks version "
              + Hello.PROTOCOL
              + " of Sluice's protocol, and "
              + theirs
              + " version "
              + protocol
              + ": use the same release of Sluice for all processes");
    }
  }

  /** Compares formats, with the names as in {@link #checkProtocol}. */
  void checkFormats(SortedMap<String, String> others, String mine, String theirs)
      throws RefusedException {
    if (!others.equals(formats)) {
      throw new RefusedException(
          Refusal.VERSION,
          mine
              + " has "
              + formats
              + ", and "
              + theirs
              + " "
              + others
              + ": use the same release of Sluice and Beam for all processes");
    }
  }
}
