package dev.sluice.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.apache.beam.sdk.io.UnboundedSource.UnboundedReader;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SocketLinesTest {
  private ServerSocket server;
  private UnboundedReader<String> reader;

  @BeforeEach
  void open() throws IOException {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    SocketLines source = new SocketLines("localhost", server.getLocalPort());
    reader = source.createReader(PipelineOptionsFactory.create(), null);
  }

  @AfterEach
  void close() throws IOException {
    reader.close();
    server.close();
  }

  @Test
  void linesComeInTheirOrderAndAreNeverLate() throws IOException {
    assertThat(reader.start()).isFalse();
    Instant watermark = reader.getWatermark();
    try (Socket connection = server.accept()) {
      send(connection, "first\nsec");
      assertThat(next()).isEqualTo("first");
      assertThat(reader.getCurrentTimestamp()).isGreaterThanOrEqualTo(watermark);
      assertThat(reader.advance()).isFalse();
      watermark = reader.getWatermark();
      send(connection, "önd\n\n");
      assertThat(next()).isEqualTo("secönd");
      assertThat(reader.getCurrentTimestamp()).isGreaterThanOrEqualTo(watermark);
      assertThat(next()).isEmpty();
    }
  }

  @Test
  void theEndOfTheConnectionIsTheEndOfTheStream() throws IOException {
    assertThat(reader.start()).isFalse();
    try (Socket connection = server.accept()) {
      send(connection, "whole\nunfinished");
    }
    assertThat(next()).isEqualTo("whole");
    assertThat(reader.getWatermark()).isLessThan(BoundedWindow.TIMESTAMP_MAX_VALUE);
    assertThat(next()).isEqualTo("unfinished");
    assertThat(reader.advance()).isFalse();
    assertThat(reader.getWatermark()).isEqualTo(BoundedWindow.TIMESTAMP_MAX_VALUE);
  }

  @Test
  void aServerThatIsNotThereIsNamed() throws IOException {
    int port = server.getLocalPort();
    server.close();
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(reader::start)
        .withMessage("cannot connect to localhost:" + port);
  }

  @Test
  void theGeneratorSendsHashtagsUntilItIsClosed() throws IOException {
    HashtagGenerator generator = HashtagGenerator.start(0, 10_000);
    try (UnboundedReader<String> generated =
        new SocketLines("localhost", generator.port())
            .createReader(PipelineOptionsFactory.create(), null)) {
      boolean available = generated.start();
      for (int lines = 0; lines < 100; available = generated.advance()) {
        if (available) {
          assertThat(generated.getCurrent()).contains("#");
          lines++;
        }
      }
      generator.close();
      while (generated.getWatermark().isBefore(BoundedWindow.TIMESTAMP_MAX_VALUE)) {
        generated.advance();
      }
    } finally {
      generator.close();
    }
  }

  private String next() throws IOException {
    while (!reader.advance()) {
      Thread.onSpinWait(); // until it has arrived; the time-out of the class bounds it
    }
    return reader.getCurrent();
  }

  private static void send(Socket connection, String text) throws IOException {
    connection.getOutputStream().write(text.getBytes(UTF_8));
  }
}
