package dev.sluice.executor.net;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Proves knowledge of the shared secret without telling it. Where there is none, proves nothing.
 */
final class Secret {
  private static final String ALGORITHM = "HmacSHA256";

  /** Null for none. */
  private final byte[] secret;

  Secret(byte[] secret) {
    this.secret = secret;
  }

  boolean isThere() {
    return secret != null;
  }

  /**
   * The proof of one end: over what both have said, nonces included, so that no proof is of use in
   * another connection, or to the other end.
   */
  byte[] proof(String end, byte[] hello, byte[] challenge) {
    if (secret == null) {
      return new byte[0];
    }
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret, ALGORITHM));
      mac.update(("sluice " + end + "\0" + hello.length + "\0").getBytes(StandardCharsets.UTF_8));
      mac.update(hello);
      mac.update(challenge);
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  /** Whether a proof is right; takes the same time for every wrong one. */
  boolean isProof(byte[] proof, String end, byte[] hello, byte[] challenge) {
    return MessageDigest.isEqual(proof, proof(end, hello, challenge));
  }
}
