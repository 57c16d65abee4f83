package dev.sluice.cli;

import dev.sluice.executor.cluster.ClusterSecurity;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options of all commands that take part in a cluster. */
final class SecurityOptions {
  @Option(
      names = "--secret-file",
      paramLabel = "FILE",
      description =
          "Holds the secret that all processes of the cluster share. Needed beyond loopback.")
  Path secretFile;

  @Option(
      names = "--tls-certificate",
      paramLabel = "FILE",
      description = "Certificate chain of this process, PEM.")
  Path tlsCertificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "Private key of the certificate, PEM, PKCS#8.")
  Path tlsKey;

  @Option(
      names = "--tls-trust",
      paramLabel = "FILE",
      description =
          "Certificates of the authorities that sign the others' certificates, PEM. With it, or"
              + " --tls-certificate, connections are encrypted.")
  Path tlsTrust;

  @Option(
      names = "--tls-client-auth",
      description = "Whoever connects here has to show a certificate (mTLS).")
  boolean tlsClientAuth;

  ClusterSecurity security() {
    if ((tlsCertificate == null) != (tlsKey == null)) {
      throw new IllegalArgumentException("--tls-certificate and --tls-key go together");
    }
    return new ClusterSecurity(secretFile, tlsCertificate, tlsKey, tlsTrust, tlsClientAuth);
  }
}
