package dev.sluice.executor.transport.control;

import java.util.List;

/** Who is in the cluster. */
public sealed interface Membership extends Control {
  /**
   * An executor wants in; answered by {@link Joined}. Also said by one that was declared dead: it
   * has dropped all its jobs by then.
   *
   * @param host where others reach it
   * @param port where others reach it
   * @param slots how many tasks it runs at a time
   * @param memory its largest heap, bytes
   */
  record Join(String host, int port, int slots, long memory) implements Membership {}

  /**
   * An executor is in, and has {@code timeoutMillis} to open a link under its number.
   *
   * @param executor its number, which nobody has had before in this life of the coordinator
   * @param life which life of the coordinator that is: others give the same numbers again
   * @param heartbeatMillis how often both sides send a {@link Heartbeat}
   * @param timeoutMillis after how long a silence either side counts as gone
   * @param reconnectMillis how long connections between executors may be closed
   */
  record Joined(
      int executor, long life, long heartbeatMillis, long timeoutMillis, long reconnectMillis)
      implements Membership {}

  /**
   * The first word over every link of an executor that has its number; answered by {@link
   * Directory}, or by {@link Dead} if the executor is not of this life of the coordinator or was
   * declared dead.
   *
   * @param life as in {@link Joined}
   */
  record Attend(long life) implements Membership {}

  /**
   * All live executors, to each of them after every change.
   *
   * @param version rises with every change
   */
  record Directory(long version, List<Member> members) implements Membership {}

  /**
   * An executor in the directory.
   *
   * @param executor its number
   * @param host where it is reached
   * @param port where it is reached
   */
  record Member(int executor, String host, int port) {}

  /** The sender is alive. */
  record Heartbeat() implements Membership {}

  /** The executor at the other end goes away in good order: it is dead from now on. */
  record Leaving(String reason) implements Membership {}

  /** The sender cannot reach another executor, -1 for the coordinator. */
  record Unreachable(int executor, String why) implements Membership {}

  /**
   * The receiver was declared dead under this number: whatever it still does counts for nothing. It
   * drops all its jobs and joins again.
   */
  record Dead(int executor, String reason) implements Membership {}
}
