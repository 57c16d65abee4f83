package dev.sluice.executor.net;

import java.util.function.Function;

/**
 * What a {@link NetNode} is given from outside.
 *
 * @param settings how to take part
 * @param types what may be sent
 * @param loaders class loader of a job by its id, which is empty for messages of no job; null where
 *     this process has none: then objects of user classes stay {@link UnreadObject}s. May wait;
 *     that makes the messages of one connection wait
 * @param opaque writes and reads objects of user classes
 */
public record NetWorld(
    NetSettings settings,
    MessageTypes types,
    Function<String, ClassLoader> loaders,
    Opaque opaque) {
  /** With Java serialization of user objects. */
  public NetWorld(NetSettings settings, MessageTypes types, Function<String, ClassLoader> loaders) {
    this(settings, types, loaders, new JavaObjects());
  }
}
