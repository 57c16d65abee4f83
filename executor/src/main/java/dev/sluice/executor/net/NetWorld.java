package dev.sluice.executor.net;

import java.util.function.Function;

/**
 * What a {@link NetNode} is given from outside.
 *
 * @param settings how to take part
 * @param loaders class loader of a job by its id; null where this process has none: then objects of
 *     user classes stay {@link UnreadObject}s. May wait; that makes the messages of one pair of
 *     addresses wait
 * @param opaque writes and reads objects of user classes
 */
public record NetWorld(NetSettings settings, Function<String, ClassLoader> loaders, Opaque opaque) {
  /** With Java serialization of user objects. */
  public NetWorld(NetSettings settings, Function<String, ClassLoader> loaders) {
    this(settings, loaders, new JavaObjects());
  }
}
