package dev.sluice.translation.operator.grouping;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;

/**
 * Key and window as one key of a spilling grouping: the two encodings one after the other, each of
 * which says itself where it ends.
 *
 * @param key the decoded key, null where there are no keys
 * @param window the window
 */
record GroupAddress(Object key, BoundedWindow window) {
  static byte[] encode(GroupDefinition group, byte[] key, BoundedWindow window) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(key.length + 16);
    out.write(key);
    group.windowCoder().encode(window, out);
    return out.toByteArray();
  }

  static GroupAddress decode(GroupDefinition group, byte[] address) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(address);
    Object key = group.isKeyed() ? group.keyCoder().decode(in) : null;
    return new GroupAddress(key, group.windowCoder().decode(in));
  }
}
