package dev.sluice.executor.net;

/** Takes the links that others open. May be called by several threads. */
@FunctionalInterface
public interface LinkAcceptor {
  /** Takes no links. */
  LinkAcceptor NONE =
      link -> {
        throw new IllegalStateException("this process takes no links");
      };

  /** Returns who takes what comes; nothing is taken before. Throwing closes the link. */
  LinkHandler accept(Link link);
}
