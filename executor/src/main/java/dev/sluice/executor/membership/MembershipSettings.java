package dev.sluice.executor.membership;

import java.time.Duration;

/**
 * When an executor counts as dead.
 *
 * @param heartbeatTimeout after how long a silence
 * @param reconnectPatience how long after its connection was closed, unless it comes back
 */
public record MembershipSettings(Duration heartbeatTimeout, Duration reconnectPatience) {
  /** A second of silence, or 200 ms without a connection. */
  public static final MembershipSettings DEFAULT =
      new MembershipSettings(Duration.ofSeconds(1), Duration.ofMillis(200));

  private static final int HEARTBEATS_PER_TIMEOUT = 5;

  /** Checks. */
  public MembershipSettings {
    if (heartbeatTimeout.toMillis() < 50 || reconnectPatience.isNegative()) {
      throw new IllegalArgumentException(
          "the heartbeat timeout is at least 50 ms, not " + heartbeatTimeout.toMillis() + " ms");
    }
  }

  /** The same with another timeout. */
  public MembershipSettings withHeartbeatTimeout(Duration other) {
    return new MembershipSettings(other, reconnectPatience);
  }

  /** How often either side lets the other hear that it is alive. */
  public Duration heartbeatInterval() {
    return heartbeatTimeout.dividedBy(HEARTBEATS_PER_TIMEOUT);
  }
}
