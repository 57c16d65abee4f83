package dev.sluice.executor.net;

import java.io.Serializable;

/**
 * Where a process listens.
 *
 * @param host name or address; an IPv6 address without brackets
 * @param port 0 to 65535; 0 only where a free port shall be chosen
 */
public record HostPort(String host, int port) implements Serializable {
  /** Checks. */
  public HostPort {
    if (host.isEmpty() || port < 0 || port > 0xffff) {
      throw new IllegalArgumentException("no such address: " + host + ":" + port);
    }
  }

  /**
   * Reads {@code host:port} or {@code [ipv6]:port}.
   *
   * @throws IllegalArgumentException if it is neither; says what is expected
   */
  public static HostPort parse(String text) {
    int colon = text.lastIndexOf(':');
    try {
      String host = text.substring(0, Math.max(0, colon));
      boolean bracketed = host.startsWith("[") && host.endsWith("]");
      if (bracketed || host.indexOf(':') < 0) {
        return new HostPort(
            bracketed ? host.substring(1, host.length() - 1) : host,
            Integer.parseInt(text.substring(colon + 1)));
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("expected host:port, not \"" + text + "\"", e);
    }
    throw new IllegalArgumentException(
        "expected [address]:port for an IPv6 address, not \"" + text + "\"");
  }

  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
