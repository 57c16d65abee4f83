package dev.sluice.translation.state;

import dev.sluice.translation.operator.Key;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.runners.core.StateNamespace;
import org.apache.beam.runners.core.StateNamespaces;
import org.apache.beam.runners.core.StateNamespaces.GlobalNamespace;
import org.apache.beam.runners.core.StateNamespaces.WindowAndTriggerNamespace;
import org.apache.beam.runners.core.StateNamespaces.WindowNamespace;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.util.VarInt;
import org.apache.beam.sdk.values.CausedByDrain;

/**
 * Names namespaces, and writes and reads the addresses of rows: part of the format of snapshots.
 *
 * <pre>
 *   cell:      key ‖ namespace
 *   timer:     key ‖ domain (1 byte) ‖ family ‖ id ‖ namespace
 *   key:       varint length ‖ encoded key
 *   namespace: kind (1 byte) [‖ varint trigger] [‖ encoded window]
 *   timer's value: timestamp (8 bytes) ‖ output timestamp (8 bytes) ‖ caused by drain (1 byte)
 * </pre>
 */
final class RowCodec {
  /** Where a cell is. */
  record CellAddress(Key key, NamespaceId namespace) {}

  /** What a timer is and when. */
  record TimerRow(
      Key key,
      NamespaceId namespace,
      String family,
      String id,
      TimeDomain domain,
      long timestamp,
      long outputTimestamp,
      CausedByDrain causedByDrain) {}

  private static final StringUtf8Coder STRINGS = StringUtf8Coder.of();

  private final Coder<BoundedWindow> windowCoder;
  private final boolean windowsByEquals;
  private NamespaceId lastNamed;

  @SuppressWarnings("unchecked") // whoever gives the coder gives windows of its type
  RowCodec(Coder<? extends BoundedWindow> windowCoder) {
    this.windowCoder = (Coder<BoundedWindow>) windowCoder;
    this.windowsByEquals = windowCoder.consistentWithEquals();
  }

  /** Names a namespace; keys that come with the same object share the name. */
  NamespaceId idOf(StateNamespace namespace) {
    if (lastNamed == null || lastNamed.source != namespace) {
      lastNamed = name(namespace);
    }
    return lastNamed;
  }

  private NamespaceId name(StateNamespace namespace) {
    if (namespace instanceof WindowNamespace<?> in) {
      return new NamespaceId(NamespaceId.Kind.WINDOW, namespace, identityOf(in.getWindow()), 0);
    }
    if (namespace instanceof WindowAndTriggerNamespace<?> in) {
      return new NamespaceId(
          NamespaceId.Kind.WINDOW_AND_TRIGGER,
          namespace,
          identityOf(in.getWindow()),
          in.getTriggerIndex());
    }
    if (namespace instanceof GlobalNamespace) {
      return new NamespaceId(NamespaceId.Kind.GLOBAL, namespace, null, 0);
    }
    return new NamespaceId(NamespaceId.Kind.FOREIGN, namespace, namespace, 0);
  }

  /** Whether {@code id} names {@code namespace}; for the common windows nothing is allocated. */
  boolean names(NamespaceId id, StateNamespace namespace) {
    if (id.source == namespace) {
      return true;
    }
    if (namespace instanceof WindowNamespace<?> in) {
      return id.is(NamespaceId.Kind.WINDOW, identityOf(in.getWindow()), 0);
    }
    if (namespace instanceof WindowAndTriggerNamespace<?> in) {
      return id.is(
          NamespaceId.Kind.WINDOW_AND_TRIGGER, identityOf(in.getWindow()), in.getTriggerIndex());
    }
    if (namespace instanceof GlobalNamespace) {
      return id.kind == NamespaceId.Kind.GLOBAL;
    }
    return id.is(NamespaceId.Kind.FOREIGN, namespace, 0);
  }

  private Object identityOf(BoundedWindow window) {
    return windowsByEquals ? window : windowCoder.structuralValue(window);
  }

  byte[] cellAddress(Key key, NamespaceId namespace) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(key.bytes().length + 24);
    writeKey(key, out);
    writeNamespace(namespace, out);
    return out.toByteArray();
  }

  CellAddress readCellAddress(byte[] address) throws IOException {
    InputStream in = new ByteArrayInputStream(address);
    return new CellAddress(readKey(in), readNamespace(in));
  }

  byte[] timerAddress(Key key, StoredTimer timer) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(key.bytes().length + 48);
    writeKey(key, out);
    out.write(domainCode(timer.domain()));
    STRINGS.encode(timer.family, out);
    STRINGS.encode(timer.id, out);
    writeNamespace(timer.namespace, out);
    return out.toByteArray();
  }

  byte[] timerValue(StoredTimer timer) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(17);
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeLong(timer.timestamp);
    out.writeLong(timer.outputTimestamp);
    out.writeBoolean(timer.causedByDrain == CausedByDrain.CAUSED_BY_DRAIN);
    return bytes.toByteArray();
  }

  TimerRow readTimer(byte[] address, byte[] value) throws IOException {
    InputStream in = new ByteArrayInputStream(address);
    Key key = readKey(in);
    TimeDomain domain = domainOf(in.read());
    String family = STRINGS.decode(in);
    String id = STRINGS.decode(in);
    NamespaceId namespace = readNamespace(in);
    DataInputStream times = new DataInputStream(new ByteArrayInputStream(value));
    return new TimerRow(
        key,
        namespace,
        family,
        id,
        domain,
        times.readLong(),
        times.readLong(),
        times.readBoolean() ? CausedByDrain.CAUSED_BY_DRAIN : CausedByDrain.NORMAL);
  }

  private static void writeKey(Key key, OutputStream out) throws IOException {
    VarInt.encode(key.bytes().length, out);
    out.write(key.bytes());
  }

  private static Key readKey(InputStream in) throws IOException {
    int length = VarInt.decodeInt(in);
    if (length < 0 || length > in.available()) {
      throw new IOException("the address of a state row is cut off");
    }
    return Key.of(in.readNBytes(length));
  }

  void writeNamespace(NamespaceId namespace, OutputStream out) throws IOException {
    switch (namespace.kind) {
      case GLOBAL -> out.write(namespace.kind.code);
      case WINDOW -> {
        out.write(namespace.kind.code);
        windowCoder.encode(((WindowNamespace<?>) namespace.source).getWindow(), out);
      }
      case WINDOW_AND_TRIGGER -> {
        out.write(namespace.kind.code);
        VarInt.encode(namespace.trigger, out);
        windowCoder.encode(((WindowAndTriggerNamespace<?>) namespace.source).getWindow(), out);
      }
      case FOREIGN ->
          throw new IOException(
              "state namespace " + namespace + " is none of Beam's own and cannot be saved");
    }
  }

  private NamespaceId readNamespace(InputStream in) throws IOException {
    int code = in.read();
    StateNamespace namespace;
    if (code == NamespaceId.Kind.GLOBAL.code) {
      namespace = StateNamespaces.global();
    } else if (code == NamespaceId.Kind.WINDOW.code) {
      namespace = StateNamespaces.window(windowCoder, windowCoder.decode(in));
    } else if (code == NamespaceId.Kind.WINDOW_AND_TRIGGER.code) {
      int trigger = VarInt.decodeInt(in);
      namespace = StateNamespaces.windowAndTrigger(windowCoder, windowCoder.decode(in), trigger);
    } else {
      throw new IOException("unknown kind " + code + " of a state namespace in a snapshot");
    }
    return idOf(namespace);
  }

  private static int domainCode(TimeDomain domain) {
    return switch (domain) {
      case EVENT_TIME -> 0;
      case PROCESSING_TIME -> 1;
      case SYNCHRONIZED_PROCESSING_TIME -> 2;
    };
  }

  private static TimeDomain domainOf(int code) throws IOException {
    return switch (code) {
      case 0 -> TimeDomain.EVENT_TIME;
      case 1 -> TimeDomain.PROCESSING_TIME;
      case 2 -> TimeDomain.SYNCHRONIZED_PROCESSING_TIME;
      default -> throw new IOException("unknown time domain " + code + " in a snapshot");
    };
  }
}
