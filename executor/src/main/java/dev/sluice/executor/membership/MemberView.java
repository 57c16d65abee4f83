package dev.sluice.executor.membership;

/**
 * An executor as the coordinator sees it.
 *
 * @param executor its number
 * @param state what is thought of it
 * @param reason why it is not live; empty if it is
 */
public record MemberView(int executor, MemberState state, String reason) {}
