package dev.sluice.integration.validates;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What lies behind {@code System.out} and {@code System.err}, so that each test writes into its own
 * log.
 */
final class SwitchedOutput extends OutputStream {

  private final AtomicReference<OutputStream> target;

  SwitchedOutput(OutputStream first) {
    this.target = new AtomicReference<>(first);
  }

  /** From now on bytes go to {@code next}; the former target is left open. */
  void switchTo(OutputStream next) {
    target.set(next);
  }

  @Override
  public void write(int b) throws IOException {
    target.get().write(b);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    target.get().write(bytes, offset, length);
  }

  @Override
  public void flush() throws IOException {
    target.get().flush();
  }
}
