package dev.sluice.executor.net;

import java.io.IOException;

/**
 * Takes the bytes of one stream. Called by one thread at a time, not that of the messages of the
 * link. May wait: then the sender waits.
 */
public interface StreamReceiver {
  /**
   * Takes the next bytes, which are its own from now on.
   *
   * @throws IOException to refuse the rest; the sender reads the message
   */
  void bytes(byte[] bytes) throws IOException;

  /**
   * Everything has come. The sender's {@code close} returns after this.
   *
   * @throws IOException to refuse it after all; the sender reads the message
   */
  void end() throws IOException;

  /** The stream ended early; the last call. */
  void failed(String why);
}
