package dev.sluice.executor.transport.control;

/**
 * A message from one end of a connection to the other, without an address: the sender may have no
 * number yet, or never get one. Immutable; no component is null unless its record says so.
 */
public sealed interface Control permits Membership, Preparation, Request, Reply {}
