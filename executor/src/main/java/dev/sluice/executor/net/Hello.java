package dev.sluice.executor.net;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How one end introduces itself; the body of {@link FrameType#HELLO} and {@link
 * FrameType#CHALLENGE}.
 *
 * <pre>
 *   ┌──────────┬──────────┬─────────┬──────┬──────────┬────────┬──────────┬─────────────────────
 *   │ "SLUICE" │ protocol │ purpose │ role │ executor │ secret │ nonce    │ formats: count,
 *   │          │ int16    │ int8    │ int8 │ int32    │ bool   │ 32 bytes │ names and versions
 *   └──────────┴──────────┴─────────┴──────┴──────────┴────────┴──────────┴─────────────────────
 * </pre>
 *
 * The first two never change their place, so that every version understands why it is refused.
 *
 * @param protocol version of everything in this package
 * @param purpose what the connection is for
 * @param peer as what it takes part
 * @param secret whether it has a secret
 * @param nonce drawn for this connection
 * @param formats versions of formats by name
 */
record Hello(
    int protocol,
    Purpose purpose,
    Peer peer,
    boolean secret,
    byte[] nonce,
    SortedMap<String, String> formats) {
  /** What a connection is for. */
  enum Purpose {
    /** A {@link Link}. */
    LINK,
    /** The messages from one address to another. */
    LANE
  }

  static final int PROTOCOL = 1;
  static final int NONCE = 32;
  private static final byte[] MAGIC = {'S', 'L', 'U', 'I', 'C', 'E'};
  private static final int MAX_FORMATS = 32;

  byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.write(MAGIC);
      out.writeShort(protocol);
      out.writeByte(purpose.ordinal());
      out.writeByte(peer.kind().ordinal());
      out.writeInt(peer.executor());
      out.writeBoolean(secret);
      out.write(nonce);
      out.writeByte(formats.size());
      for (SortedMap.Entry<String, String> format : formats.entrySet()) {
        out.writeUTF(format.getKey());
        out.writeUTF(format.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Only the protocol version, which every version of Sluice finds at the same place. */
  static int protocolOf(byte[] bytes) {
    boolean ours = bytes.length >= MAGIC.length + Short.BYTES;
    for (int i = 0; ours && i < MAGIC.length; i++) {
      ours = bytes[i] == MAGIC[i];
    }
    if (!ours) {
      throw new MalformedException("the handshake of another protocol");
    }
    return (bytes[MAGIC.length] & 0xff) << 8 | (bytes[MAGIC.length + 1] & 0xff);
  }

  /** Reads what an end of the same protocol version wrote. */
  static Hello parse(byte[] bytes) {
    int protocol = protocolOf(bytes);
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      in.skipNBytes(MAGIC.length + Short.BYTES);
      Purpose purpose = place(Purpose.values(), in.readUnsignedByte());
      Peer peer = new Peer(place(Peer.Kind.values(), in.readUnsignedByte()), in.readInt());
      boolean secret = in.readBoolean();
      byte[] nonce = in.readNBytes(NONCE);
      int count = in.readUnsignedByte();
      if (count > MAX_FORMATS) {
        throw new MalformedException(count + " formats in a handshake");
      }
      SortedMap<String, String> formats = new TreeMap<>();
      for (int i = 0; i < count; i++) {
        formats.put(in.readUTF(), in.readUTF());
      }
      if (nonce.length != NONCE || in.read() >= 0) {
        throw new MalformedException("a handshake of the wrong length");
      }
      return new Hello(protocol, purpose, peer, secret, nonce, formats);
    } catch (IOException | IllegalArgumentException e) {
      throw new MalformedException("a malformed handshake: " + e.getMessage(), e);
    }
  }

  private static <T> T place(T[] values, int place) {
    if (place >= values.length) {
      throw new MalformedException("a malformed handshake: no such value " + place);
    }
    return values[place];
  }
}
