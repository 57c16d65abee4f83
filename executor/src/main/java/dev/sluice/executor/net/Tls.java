package dev.sluice.executor.net;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/** Makes the TLS end of a connection; of both kinds, since every process listens and connects. */
final class Tls {
  private final TlsSettings settings;

  /** Null for a process that only connects. */
  private final SslContext listening;

  private final SslContext connecting;

  /**
   * Reads the files.
   *
   * @throws IllegalArgumentException if that is not possible; names the file
   */
  Tls(TlsSettings settings, boolean listens) {
    this.settings = settings;
    readable(settings.certificate(), "certificate");
    readable(settings.key(), "private key");
    readable(settings.trust(), "trusted certificates");
    if (listens && settings.certificate() == null) {
      throw new IllegalArgumentException(
          "a process that listens with TLS needs a certificate and its private key");
    }
    try {
      listening = listens ? forListening() : null;
      connecting = forConnecting();
    } catch (SSLException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "cannot use " + settings + ": " + e.getMessage() + "; PEM files are expected", e);
    }
  }

  private static void readable(Path file, String what) {
    if (file != null && !Files.isReadable(file)) {
      throw new IllegalArgumentException("cannot read the " + what + " for TLS: " + file);
    }
  }

  private SslContext forListening() throws SSLException {
    SslContextBuilder builder =
        SslContextBuilder.forServer(settings.certificate().toFile(), settings.key().toFile())
            .sslProvider(SslProvider.JDK)
            .clientAuth(settings.requireClientCertificate() ? ClientAuth.REQUIRE : ClientAuth.NONE);
    if (settings.trust() != null) {
      builder.trustManager(settings.trust().toFile());
    }
    return builder.build();
  }

  private SslContext forConnecting() throws SSLException {
    SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);
    if (settings.trust() != null) {
      builder.trustManager(settings.trust().toFile());
    }
    if (settings.certificate() != null) {
      builder.keyManager(settings.certificate().toFile(), settings.key().toFile());
    }
    return builder.build();
  }

  SslHandler listener(ByteBufAllocator memory, NetLimits limits) {
    return timed(listening.newHandler(memory), limits);
  }

  SslHandler connector(ByteBufAllocator memory, HostPort to, NetLimits limits) {
    SslHandler handler = connecting.newHandler(memory, to.host(), to.port());
    if (settings.verifyHost()) {
      SSLEngine engine = handler.engine();
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      engine.setSSLParameters(parameters);
    }
    return timed(handler, limits);
  }

  private static SslHandler timed(SslHandler handler, NetLimits limits) {
    handler.setHandshakeTimeoutMillis(limits.handshakeMillis());
    return handler;
  }
}
