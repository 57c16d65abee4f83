package dev.sluice.executor.cluster;

import dev.sluice.executor.api.KeyGroups;
import dev.sluice.executor.net.HostPort;
import dev.sluice.executor.net.NetSettings;
import dev.sluice.executor.net.TlsSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What keeps strangers out of a cluster (DESIGN C10). The same for coordinator, executors and
 * clients. Without a secret only processes of the same machine can connect.
 *
 * @param secretFile holds what all processes of the cluster share, blanks around it do not count;
 *     null for none
 * @param certificate certificate chain of this process, PEM; null for none
 * @param key its private key, PEM, PKCS#8; null exactly if {@code certificate} is
 * @param trust certificates of the authorities that sign the others', PEM; with it or a certificate
 *     connections are encrypted
 * @param requireClientCertificate whether whoever connects here has to show a certificate
 */
public record ClusterSecurity(
    Path secretFile, Path certificate, Path key, Path trust, boolean requireClientCertificate) {
  /** None: for one machine. */
  public static final ClusterSecurity NONE = new ClusterSecurity(null, null, null, null, false);

  /** What the two ends of a connection must have in common. */
  private static final Map<String, String> FORMATS =
      Map.of("sluice-messages", "1", "key-hash", KeyGroups.HASH_NAME);

  /** Only a secret. */
  public static ClusterSecurity secret(Path file) {
    return new ClusterSecurity(file, null, null, null, false);
  }

  /**
   * What the network is told.
   *
   * @param listen where to listen, null for not at all
   * @throws IOException if a file cannot be read, or the secret is empty
   */
  NetSettings net(HostPort listen) throws IOException {
    return NetSettings.loopback()
        .withListen(listen)
        .withSecret(readSecret())
        .withTls(tls())
        .withFormats(FORMATS);
  }

  private String readSecret() throws IOException {
    if (secretFile == null) {
      return null;
    }
    String secret = Files.readString(secretFile).strip();
    if (secret.isEmpty()) {
      throw new IOException("the file " + secretFile + " holds no secret: it is empty");
    }
    return secret;
  }

  private TlsSettings tls() {
    return certificate == null && trust == null
        ? null
        : new TlsSettings(certificate, key, trust, requireClientCertificate, true);
  }
}
