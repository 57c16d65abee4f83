package dev.sluice.executor.membership;

/** What has become of an executor. */
public sealed interface MembershipEvent {
  /** The executor's number. */
  int executor();

  /** It is in. */
  record ExecutorJoined(int executor) implements MembershipEvent {}

  /** It is in, but may be dying. */
  record ExecutorSuspected(int executor, String reason) implements MembershipEvent {}

  /** It is no longer suspected. */
  record ExecutorTrusted(int executor) implements MembershipEvent {}

  /**
   * It is out, for good.
   *
   * @param reason what is known, to go on with "because"
   */
  record ExecutorDead(int executor, String reason) implements MembershipEvent {}
}
