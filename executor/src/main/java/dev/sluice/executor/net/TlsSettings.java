package dev.sluice.executor.net;

import java.nio.file.Path;

/**
 * TLS. All files are PEM.
 *
 * @param certificate certificate chain of this process, own certificate first; null for a process
 *     that only connects and need not show one
 * @param key its private key, PKCS#8, not encrypted; null exactly if {@code certificate} is
 * @param trust certificates of the authorities that sign the others' certificates; null for those
 *     of the JDK
 * @param requireClientCertificate whether who connects here has to show a certificate (mTLS)
 * @param verifyHost whether the certificate of a listener must name the host that was connected to
 */
public record TlsSettings(
    Path certificate, Path key, Path trust, boolean requireClientCertificate, boolean verifyHost) {
  /** Checks. */
  public TlsSettings {
    if ((certificate == null) != (key == null)) {
      throw new IllegalArgumentException("TLS needs both a certificate and its private key");
    }
  }
}
