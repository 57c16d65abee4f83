package dev.sluice.executor.net;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An authority of its own, and certificates signed by it; made by the JDK's keytool. */
record Certificates(Path directory) {
  private static final String PASSWORD = "password";

  /** Makes an authority. */
  static Certificates in(Path directory) throws Exception {
    Files.createDirectories(directory);
    Certificates made = new Certificates(directory);
    made.keytool(
        "-genkeypair",
        "-alias",
        "ca",
        "-dname",
        "CN=test authority " + directory.getFileName(),
        "-ext",
        "bc:c",
        "-keyalg",
        "EC",
        "-validity",
        "2");
    made.pem("CERTIFICATE", made.store().getCertificate("ca").getEncoded(), made.trust());
    return made;
  }

  Path trust() {
    return directory.resolve("ca.pem");
  }

  /** Settings with a certificate for loopback of this name. */
  TlsSettings settings(String name, boolean requireClientCertificate) throws Exception {
    keytool(
        "-genkeypair",
        "-alias",
        name,
        "-dname",
        "CN=" + name,
        "-keyalg",
        "EC",
        "-validity",
        "2",
        "-signer",
        "ca",
        "-ext",
        "san=ip:127.0.0.1,dns:localhost");
    Path certificate = directory.resolve(name + ".crt");
    Path key = directory.resolve(name + ".key");
    KeyStore store = store();
    pem("CERTIFICATE", store.getCertificate(name).getEncoded(), certificate);
    Key secret = store.getKey(name, PASSWORD.toCharArray());
    pem("PRIVATE KEY", secret.getEncoded(), key);
    return new TlsSettings(certificate, key, trust(), requireClientCertificate, true);
  }

  private KeyStore store() throws Exception {
    return KeyStore.getInstance(directory.resolve("keys").toFile(), PASSWORD.toCharArray());
  }

  private void pem(String what, byte[] bytes, Path file) throws IOException {
    String text = Base64.getMimeEncoder(64, "\n".getBytes(UTF_8)).encodeToString(bytes);
    Files.writeString(
        file, "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
  }

  private void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(
        List.of(
            "-keystore",
            directory.resolve("keys").toString(),
            "-storetype",
            "PKCS12",
            "-storepass",
            PASSWORD));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException("keytool failed: " + said);
    }
  }
}
