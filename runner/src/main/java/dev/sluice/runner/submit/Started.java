package dev.sluice.runner.submit;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has been started for a job and is to be closed with it, the latest first. One that cannot be
 * closed is logged and does not keep the others open. Handed over from the thread that submits to
 * the thread that watches; never used by both.
 */
public final class Started {
  private static final Logger LOG = LoggerFactory.getLogger(Started.class);

  private final Deque<AutoCloseable> stack = new ArrayDeque<>();

  /** Remembers and returns it. */
  @CanIgnoreReturnValue
  public <T extends AutoCloseable> T add(T started) {
    stack.push(started);
    return started;
  }

  /** Closes everything. */
  public void close() {
    while (!stack.isEmpty()) {
      AutoCloseable next = stack.pop();
      try {
        next.close();
      } catch (InterruptedException e) {
        LOG.warn("Interrupted while closing {}", next, e);
      } catch (Exception e) {
        LOG.warn("{} could not be closed", next, e);
      }
    }
  }
}
