/**
 * Who is in the cluster, and who is not any more (DESIGN C12): a state machine without threads or
 * clock, which the coordinator's process feeds. Start with {@link
 * dev.sluice.executor.membership.Members}.
 */
package dev.sluice.executor.membership;
