package dev.sluice.executor.net;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * A process in the network: listens, lets in who belongs to the cluster, and connects to others.
 * May be used by any thread.
 */
public final class NetNode implements AutoCloseable {
  private NetNode() {}

  /**
   * Begins to listen, if the settings say where.
   *
   * @param self as what this process takes part until {@link #become}
   * @param acceptor takes the links that others open
   * @throws IllegalArgumentException if the settings would let in anybody, or the certificates are
   *     not there; says what to do
   * @throws IOException if it cannot listen there
   */
  public static NetNode start(NetWorld world, Peer self, LinkAcceptor acceptor) throws IOException {
    throw new UnsupportedOperationException("on its way");
  }

  /** The port on which it listens; 0 if it does not. */
  public int port() {
    return 0;
  }

  /** From now on new connections are made and accepted as {@code other}. */
  public void become(Peer other) {}

  /**
   * Opens a link. The future completes once both ends have shown that they belong to the cluster;
   * exceptionally with {@link RefusedException}, which names the remedy, or another {@link
   * IOException}.
   *
   * @param handler takes what comes over it
   */
  public CompletableFuture<Link> connect(HostPort to, LinkHandler handler) {
    throw new UnsupportedOperationException("on its way");
  }

  /** Closes all connections and ends all threads. */
  @Override
  public void close() {}
}
