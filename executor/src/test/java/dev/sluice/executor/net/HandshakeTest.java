package dev.sluice.executor.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.executor.transport.control.Control;
import dev.sluice.executor.transport.control.Membership;
import dev.sluice.executor.transport.control.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in, and what who is not let in reads. */
class HandshakeTest {
  private static final NetSettings PLAIN = NetSettings.loopback();
  private static final NetSettings SHARED = PLAIN.withSecret("the secret of the cluster");

  @TempDir Path directory;

  private final List<NetNode> nodes = new ArrayList<>();
  private final BlockingQueue<Control> received = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> closed = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    nodes.forEach(NetNode::close);
  }

  private final LinkHandler queueing =
      new LinkHandler() {
        @Override
        public void message(Link link, Control message) {
          received.add(message);
          if (message instanceof Membership.Heartbeat) {
            link.send(new Reply.Done(7));
          }
        }

        @Override
        public void closed(Link link, String why) {
          closed.add(why);
        }
      };

  private NetNode node(NetSettings settings) throws IOException {
    NetNode node =
        NetNode.start(new NetWorld(settings, job -> null), Peer.COORDINATOR, link -> queueing);
    nodes.add(node);
    return node;
  }

  private Link connect(NetSettings settings, NetNode to) throws Exception {
    try {
      return node(settings.withListen(null))
          .connect(new HostPort("127.0.0.1", to.port()), queueing)
          .get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw (Exception) e.getCause();
    }
  }

  private void works(Link link) throws Exception {
    assertThat(link.peer()).isEqualTo(Peer.COORDINATOR);
    link.send(new Membership.Heartbeat());
    assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo(new Membership.Heartbeat());
    assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo(new Reply.Done(7));
  }

  private void refused(NetSettings listener, NetSettings connector, Refusal why, String remedy)
      throws Exception {
    NetNode node = node(listener);
    assertThatThrownBy(() -> connect(connector, node))
        .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.refusal()).isEqualTo(why))
        .hasMessageContaining(remedy);
    works(connect(listener, node)); // it harmed nobody else
  }

  @Test
  void plain() throws Exception {
    works(connect(PLAIN, node(PLAIN)));
  }

  @Test
  void withASecret() throws Exception {
    works(connect(SHARED, node(SHARED)));
  }

  @Test
  void theSecretIsMissing() throws Exception {
    refused(SHARED, PLAIN, Refusal.SECRET_MISSING, "give it the secret of the cluster");
  }

  @Test
  void theSecretIsUnexpected() throws Exception {
    refused(PLAIN, SHARED, Refusal.SECRET_UNEXPECTED, "the same secret, or none");
  }

  @Test
  void theSecretIsWrong() throws Exception {
    refused(
        SHARED,
        PLAIN.withSecret("another one"),
        Refusal.SECRET_WRONG,
        "give all processes the same one");
  }

  @Test
  void anotherBeam() throws Exception {
    refused(
        SHARED.withFormats(Map.of("beam", "2.73.0")),
        SHARED.withFormats(Map.of("beam", "2.72.0")),
        Refusal.VERSION,
        "use the same release of Sluice and Beam");
  }

  @Test
  void aListenerThatDoesNotKnowTheSecretIsFoundOut() {
    Secret secret = new Secret(new byte[] {1, 2, 3});
    byte[] mine = secret.proof(Handshake.CONNECTING, new byte[] {1}, new byte[] {2});
    assertThat(secret.isProof(mine, Handshake.CONNECTING, new byte[] {1}, new byte[] {2})).isTrue();
    assertThat(secret.isProof(mine, Handshake.LISTENING, new byte[] {1}, new byte[] {2}))
        .as("a proof that is sent back")
        .isFalse();
    assertThat(secret.isProof(mine, Handshake.CONNECTING, new byte[] {1}, new byte[] {3}))
        .as("a proof of another connection")
        .isFalse();
    assertThat(secret.isProof(new byte[0], Handshake.CONNECTING, new byte[] {1}, new byte[] {2}))
        .isFalse();
  }

  @Test
  void nobodyListensToAnybodyWithoutASecret() {
    NetSettings open = PLAIN.withListen(new HostPort("0.0.0.0", 0));
    assertThatThrownBy(() -> node(open))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("refusing to listen on 0.0.0.0:0")
        .hasMessageContaining("Set a shared secret");
  }

  @Test
  void withASecretOneMayListenEverywhere() throws Exception {
    works(connect(SHARED, node(SHARED.withListen(new HostPort("0.0.0.0", 0)))));
  }

  @Test
  void nobodyIsThere() throws Exception {
    int port;
    try (NetNode gone = node(PLAIN)) {
      port = gone.port();
    }
    assertThatThrownBy(
            () ->
                node(PLAIN.withListen(null))
                    .connect(new HostPort("127.0.0.1", port), queueing)
                    .get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IOException.class)
        .hasMessageContaining("cannot connect to 127.0.0.1:" + port);
  }

  // malformed

  private void isClosed(NetNode node, byte[] sent) throws Exception {
    try (Socket socket = new Socket("127.0.0.1", node.port())) {
      socket.setSoTimeout(20_000);
      OutputStream out = socket.getOutputStream();
      out.write(sent);
      out.flush();
      InputStream in = socket.getInputStream();
      assertThat(endOf(in)).as("closed by the listener").isTrue();
    }
    works(connect(SHARED, node));
  }

  private static boolean endOf(InputStream in) {
    try {
      while (in.read() >= 0) {
        // what it says first
      }
      return true;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true; // reset
    }
  }

  @Test
  void anotherProtocolIsClosed() throws Exception {
    isClosed(node(SHARED), "GET / HTTP/1.1\r\n\r\n".getBytes("US-ASCII"));
  }

  @Test
  void aLongFrameBeforeTheHandshakeIsClosed() throws Exception {
    isClosed(node(SHARED), new byte[] {0x53, 0x4c, 1, 0, 0x7f, 0, 0, 0, 0, 0, 0, 0});
  }

  @Test
  void whoSaysNothingIsClosed() throws Exception {
    NetLimits hasty = NetLimits.DEFAULTS.withMillis(300, 5000, 300);
    isClosed(node(SHARED.withLimits(hasty)), new byte[0]);
  }

  @Test
  void whoStopsInTheMiddleOfTheHandshakeIsClosed() throws Exception {
    NetLimits hasty = NetLimits.DEFAULTS.withMillis(300, 5000, 300);
    isClosed(node(SHARED.withLimits(hasty)), new byte[] {0x53, 0x4c, 1, 0, 0, 0, 0, 50});
  }

  @Test
  void aMessageBeforeTheHandshakeIsClosed() throws Exception {
    byte[] body =
        new MessageCodec(MessageTypes.ALL, new JavaObjects())
            .encode(new Membership.Heartbeat())
            .head();
    isClosed(node(SHARED), Frames.frame(FrameType.LINK_MESSAGE, false, body));
  }

  // TLS

  @Test
  void tls() throws Exception {
    Certificates all = Certificates.in(directory);
    NetSettings server = SHARED.withTls(all.settings("server", false));
    NetSettings client = SHARED.withTls(new TlsSettings(null, null, all.trust(), false, true));
    works(connect(client, node(server)));
  }

  @Test
  void aPlainClientIsRefusedByTls() throws Exception {
    Certificates all = Certificates.in(directory);
    NetNode node = node(SHARED.withTls(all.settings("server", false)));
    assertThatThrownBy(() -> connect(SHARED, node))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("TLS");
    works(connect(SHARED.withTls(all.settings("client", false)), node));
  }

  @Test
  void aCertificateOfAnotherAuthorityIsRefused() throws Exception {
    Certificates all = Certificates.in(directory.resolve("ours"));
    Certificates others = Certificates.in(directory.resolve("theirs"));
    NetNode node = node(SHARED.withTls(all.settings("server", false)));
    NetSettings distrustful =
        SHARED.withTls(new TlsSettings(null, null, others.trust(), false, true));
    assertThatThrownBy(() -> connect(distrustful, node)).isInstanceOf(IOException.class);
    works(connect(SHARED.withTls(all.settings("client", false)), node));
  }

  @Test
  void mutualTlsNeedsNoSecret() throws Exception {
    Certificates all = Certificates.in(directory);
    NetSettings server =
        PLAIN.withListen(new HostPort("0.0.0.0", 0)).withTls(all.settings("server", true));
    NetNode node = node(server);
    NetSettings client = PLAIN.withTls(all.settings("client", true));
    works(connect(client, node));
    NetSettings without = PLAIN.withTls(new TlsSettings(null, null, all.trust(), false, true));
    assertThatThrownBy(() -> connect(without, node)).isInstanceOf(IOException.class);
    works(connect(client, node));
  }

  @Test
  void aMissingCertificateIsNamed() {
    TlsSettings tls =
        new TlsSettings(
            directory.resolve("no.crt"), directory.resolve("no.key"), null, false, true);
    assertThatThrownBy(() -> node(SHARED.withTls(tls)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot read the certificate for TLS")
        .hasMessageContaining("no.crt");
  }
}
