package dev.sluice.executor.net;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Registration;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.util.DefaultClassResolver;
import dev.sluice.executor.block.Block;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A Kryo that knows the table and nothing else, and what goes along with the message at hand. Used
 * by one thread at a time.
 */
final class MessageKryo extends Kryo {
  private static final int MAX_DEPTH = 64;

  private final Opaque opaque;

  /** The blocks of the message being written. */
  private final List<Attachment> outgoing = new ArrayList<>();

  /** The blocks of the message being read that were not asked for yet. */
  private final Deque<Block> incoming = new ArrayDeque<>();

  private ClassLoader loader;

  MessageKryo(MessageTypes types, Opaque opaque) {
    super(new NumbersOnly(), null);
    this.opaque = opaque;
    setRegistrationRequired(true);
    setMaxDepth(MAX_DEPTH);
    types.serializers().forEach(this::add);
  }

  private void add(int number, MessageTypes.Entry entry) {
    Serializer<?> serializer = entry.serializer().get();
    register(new Registration(entry.type(), serializer, number));
  }

  /**
   * Kryo knows some types by itself, such as strings whose length it does not check; none of them
   * is a message or a part of one that says its own type.
   */
  @Override
  public Registration readClass(Input in) {
    Registration registration = super.readClass(in);
    if (registration != null && registration.getId() < MessageTypes.FIRST) {
      throw new MalformedException("a " + registration.getType() + " where a message should be");
    }
    return registration;
  }

  Opaque opaque() {
    return opaque;
  }

  void attach(Attachment attachment) {
    outgoing.add(attachment);
  }

  List<Attachment> takeOutgoing() {
    List<Attachment> all = List.copyOf(outgoing);
    outgoing.clear();
    return all;
  }

  void begin(List<Block> blocks, ClassLoader of) {
    outgoing.clear();
    incoming.clear();
    incoming.addAll(blocks);
    loader = of;
  }

  Block nextBlock() {
    Block block = incoming.poll();
    if (block == null) {
      throw new MalformedException("a message refers to more blocks than came with it");
    }
    return block;
  }

  boolean hasMoreBlocks() {
    return !incoming.isEmpty();
  }

  /** Of the job; null if this process has none. */
  ClassLoader loader() {
    return loader;
  }

  /** Classes have numbers; names are not even looked at. */
  private static final class NumbersOnly extends DefaultClassResolver {
    @Override
    protected Registration readName(Input input) {
      throw new MalformedException("a class by its name, where only numbers are allowed");
    }
  }
}
