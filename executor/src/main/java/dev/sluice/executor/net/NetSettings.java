package dev.sluice.executor.net;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a process takes part in the network.
 *
 * @param listen where it listens; null for a client, which does not
 * @param secret what all processes of the cluster share; null for none
 * @param tls certificates; null for plain connections
 * @param formats name and version of every format that both ends must have in common, such as that
 *     of Beam and the hash of keys; a difference refuses the connection
 * @param compress whether data frames are compressed by LZ4
 * @param limits bounds
 */
public record NetSettings(
    HostPort listen,
    String secret,
    TlsSettings tls,
    Map<String, String> formats,
    boolean compress,
    NetLimits limits) {
  /** Copies. */
  public NetSettings {
    formats = Map.copyOf(formats);
    if (secret != null && secret.isBlank()) {
      throw new IllegalArgumentException("the shared secret is empty: set one, or none at all");
    }
  }

  /** Listens on a free port of the loopback interface; no secret, no TLS. */
  public static NetSettings loopback() {
    return new NetSettings(
        new HostPort("127.0.0.1", 0), null, null, Map.of(), false, NetLimits.DEFAULTS);
  }

  /** The same listening elsewhere; null for not at all. */
  public NetSettings withListen(HostPort other) {
    return new NetSettings(other, secret, tls, formats, compress, limits);
  }

  /** The same with another secret. */
  public NetSettings withSecret(String other) {
    return new NetSettings(listen, other, tls, formats, compress, limits);
  }

  /** The same with other certificates. */
  public NetSettings withTls(TlsSettings other) {
    return new NetSettings(listen, secret, other, formats, compress, limits);
  }

  /** The same with other formats. */
  public NetSettings withFormats(Map<String, String> other) {
    return new NetSettings(listen, secret, tls, other, compress, limits);
  }

  /** The same with or without compression. */
  public NetSettings withCompress(boolean other) {
    return new NetSettings(listen, secret, tls, formats, other, limits);
  }

  /** The same with other bounds. */
  public NetSettings withLimits(NetLimits other) {
    return new NetSettings(listen, secret, tls, formats, compress, other);
  }

  byte[] secretBytes() {
    return secret == null ? null : secret.getBytes(StandardCharsets.UTF_8);
  }

  TreeMap<String, String> sortedFormats() {
    return new TreeMap<>(formats);
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "listen "
        + listen
        + (secret == null ? ", no secret" : ", with a secret")
        + (tls == null ? ", plain" : ", TLS")
        + ", formats "
        + sortedFormats();
  }
}
