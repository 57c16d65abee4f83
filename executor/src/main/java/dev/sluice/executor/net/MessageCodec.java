package dev.sluice.executor.net;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import dev.sluice.executor.block.Block;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Writes messages as bytes and reads them again. May be used by any thread; not by an event loop.
 */
final class MessageCodec {
  /**
   * A message as bytes.
   *
   * @param head all but its blocks
   * @param attachments its blocks, in the order in which the head refers to them
   */
  record Encoded(byte[] head, List<Attachment> attachments) {}

  private static final int FIRST_BUFFER = 256;
  private static final int MAX_HEAD = Integer.MAX_VALUE - 64;

  private final MessageTypes types;
  private final Opaque opaque;
  private final Queue<MessageKryo> idle = new ConcurrentLinkedQueue<>();

  MessageCodec(MessageTypes types, Opaque opaque) {
    this.types = types;
    this.opaque = opaque;
  }

  private MessageKryo take() {
    MessageKryo kryo = idle.poll();
    return kryo == null ? new MessageKryo(types, opaque) : kryo;
  }

  /**
   * Writes a message.
   *
   * @throws IllegalArgumentException if something in it cannot be sent; says what
   */
  Encoded encode(Object message) {
    MessageKryo kryo = take();
    try (Output out = new Output(FIRST_BUFFER, MAX_HEAD)) {
      kryo.begin(List.of(), null);
      kryo.writeClassAndObject(out, message);
      return new Encoded(out.toBytes(), kryo.takeOutgoing());
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "cannot send " + message.getClass().getName() + ": " + e.getMessage(), e);
    } finally {
      kryo.begin(List.of(), null);
      idle.add(kryo);
    }
  }

  /**
   * Reads a message.
   *
   * @param blocks what came with it
   * @param loader of its job; null if this process has none
   * @throws MalformedException if the bytes are no message
   * @throws UnreadableException if they are, but with an object that cannot be read here
   */
  Object decode(byte[] head, List<Block> blocks, ClassLoader loader) throws UnreadableException {
    MessageKryo kryo = take();
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    if (loader != null) {
      thread.setContextClassLoader(loader); // readObject methods of users may ask for it
    }
    try (Input in = new Input(head)) {
      kryo.begin(blocks, loader);
      Object message = kryo.readClassAndObject(in);
      if (message == null || in.position() != head.length || kryo.hasMoreBlocks()) {
        throw new MalformedException("a message that does not end where its bytes end");
      }
      return message;
    } catch (OpaqueCodec.Unreadable e) {
      throw (UnreadableException) e.getCause();
    } catch (KryoException e) {
      throw asIs(e);
    } catch (RuntimeException e) {
      throw e instanceof MalformedException ? e : malformed(e);
    } finally {
      thread.setContextClassLoader(before);
      kryo.begin(List.of(), null);
      idle.add(kryo);
    }
  }

  /** Kryo wraps what its serializers throw. */
  private static RuntimeException asIs(KryoException thrown) throws UnreadableException {
    for (Throwable e = thrown; e != null; e = e.getCause()) {
      if (e instanceof UnreadableException unreadable) {
        throw unreadable;
      }
      if (e instanceof MalformedException malformed) {
        return malformed;
      }
    }
    return malformed(thrown);
  }

  private static MalformedException malformed(RuntimeException e) {
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf('\n');
    return new MalformedException(
        "bytes that are no message: " + (end < 0 ? message : message.substring(0, end)), e);
  }
}
