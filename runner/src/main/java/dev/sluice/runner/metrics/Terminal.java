package dev.sluice.runner.metrics;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;

/**
 * A terminal on which one line is written over again while others print on it. Whatever else comes
 * finds the line erased and begins where it stood; the line is not shown while the last printed
 * line is incomplete, or it would erase that.
 *
 * <p>May be used by any thread.
 */
final class Terminal implements AutoCloseable {
  private static final String ERASE = "\r\u001b[2K";

  private final PrintStream lineTo;

  @GuardedBy("this")
  private boolean shown;

  /** Whether the cursor stands behind something that was printed. */
  @GuardedBy("this")
  private boolean withinLine;

  @GuardedBy("this")
  private Runnable giveBack = () -> {};

  /** A terminal whose line goes to {@code lineTo}. */
  Terminal(PrintStream lineTo) {
    this.lineTo = lineTo;
  }

  /**
   * Puts itself between this process and its standard streams, until it is closed. What somebody
   * has taken from {@link System} before, such as a log handler, is not seen.
   */
  static Terminal share() {
    PrintStream out = System.out;
    PrintStream err = System.err;
    Terminal terminal = new Terminal(err);
    PrintStream guardedOut = terminal.guarding(out, "stdout.encoding");
    PrintStream guardedErr = terminal.guarding(err, "stderr.encoding");
    System.setOut(guardedOut);
    System.setErr(guardedErr);
    terminal.whenClosed(
        () -> {
          // unless somebody else has put his own there meanwhile
          if (System.out == guardedOut) {
            System.setOut(out);
          }
          if (System.err == guardedErr) {
            System.setErr(err);
          }
        });
    return terminal;
  }

  private synchronized void whenClosed(Runnable action) {
    giveBack = action;
  }

  /** What is printed there goes to {@code target}, which is the same terminal. */
  PrintStream guarding(PrintStream target, String encodingProperty) {
    return new PrintStream(new Guard(target), true, encoding(encodingProperty));
  }

  private static Charset encoding(String property) {
    String name = System.getProperty(property, System.getProperty("sun." + property));
    return name == null ? Charset.defaultCharset() : Charset.forName(name);
  }

  /** Shows the line in place of the one before. */
  synchronized void show(String line) {
    if (!withinLine) {
      lineTo.print(ERASE + line + "\r");
      lineTo.flush();
      shown = true;
    }
  }

  @GuardedBy("this")
  private void erase() {
    if (shown) {
      lineTo.print(ERASE);
      lineTo.flush();
      shown = false;
    }
  }

  /** Erases the line for good. */
  @Override
  public void close() {
    Runnable action;
    synchronized (this) {
      erase();
      action = giveBack;
      giveBack = () -> {};
    }
    action.run();
  }

  private synchronized void print(PrintStream target, byte[] bytes, int offset, int length) {
    if (length > 0) {
      erase();
      target.write(bytes, offset, length);
      target.flush();
      withinLine = bytes[offset + length - 1] != '\n';
    }
  }

  private final class Guard extends OutputStream {
    private final PrintStream target;

    Guard(PrintStream target) {
      this.target = target;
    }

    @Override
    public void write(int b) {
      print(target, new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      print(target, bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
      target.flush();
    }
  }
}
