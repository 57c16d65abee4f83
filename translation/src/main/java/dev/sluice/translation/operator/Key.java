package dev.sluice.translation.operator;

import dev.sluice.executor.api.KeyGroups;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.apache.beam.sdk.coders.Coder;

/**
 * An encoded key with its hash: what Beam means by "the same key". Encoded once per element at the
 * exchange, in the nested context, and carried along. Ordered by hash, then by unsigned bytes,
 * which is the canonical order of keys.
 */
public final class Key implements Comparable<Key> {
  private final byte[] bytes;
  private final int hash;

  private Key(byte[] bytes, int hash) {
    this.bytes = bytes;
    this.hash = hash;
  }

  /** Makes a key of its encoding; the array belongs to the key from now on. */
  public static Key of(byte[] bytes) {
    return new Key(bytes, KeyGroups.hash(bytes));
  }

  /** Makes a key of its encoding and the {@link KeyGroups#hash} of it. */
  public static Key of(byte[] bytes, int hash) {
    return new Key(bytes, hash);
  }

  /**
   * Encodes a key.
   *
   * @throws IOException if the coder cannot
   */
  public static <K> Key encode(Coder<K> coder, K key) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(32);
    coder.encode(key, out);
    return of(out.toByteArray());
  }

  /** The encoded key; not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  /** {@link KeyGroups#hash} of the bytes. */
  public int hash() {
    return hash;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Key that && hash == that.hash && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public int compareTo(Key that) {
    int byHash = Integer.compareUnsigned(hash, that.hash);
    return byHash != 0 ? byHash : Arrays.compareUnsigned(bytes, that.bytes);
  }

  @Override
  public String toString() {
    return "Key(" + bytes.length + " bytes, hash " + Integer.toHexString(hash) + ")";
  }
}
