package dev.sluice.translation.operator.view;

import dev.sluice.executor.api.Inventory;
import dev.sluice.executor.api.SnapshotWriter;
import dev.sluice.translation.coder.ElementCodec;
import dev.sluice.translation.operator.ElementReceiver;
import dev.sluice.translation.operator.OperatorContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.runners.core.LateDataUtils;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.IterableCoder;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowingStrategy;

/**
 * The newest pane of each window of a view, kept where the view is made: a view's versions are in
 * no snapshot themselves, so after a restore its panes are emitted again (DESIGN C8). Emitting a
 * pane twice does no harm.
 *
 * <p>Kept for a day of event time after the window has expired. A main input that lags further
 * behind its side input than that finds, after a restore, older side windows empty: how far readers
 * are is not known here, since nothing flows backwards between stages. In a job that takes no
 * snapshots nothing is kept.
 *
 * <pre>
 *   row:  encoded window → pane (timestamp, windows, pane info, elements)
 * </pre>
 */
final class PaneMemory {
  static final String TABLE = "panes";

  private static final long KEPT_MILLIS = 24 * 3_600_000L;

  /** Everything is in one partition, the first, which has the first key group. */
  private static final int KEY_GROUP = 0;

  private final OperatorContext context;
  private final WindowingStrategy<?, ?> windowing;
  private final Coder<BoundedWindow> windowCoder;
  private final ElementCodec codec;
  private final boolean used;
  private final Map<Object, Pane> panes = new LinkedHashMap<>();
  private final List<WindowedValue<?>> restored = new ArrayList<>();
  private final List<Pane> forgotten = new ArrayList<>();
  private final List<Pane> written = new ArrayList<>();
  private final List<Pane> erased = new ArrayList<>();

  @SuppressWarnings("unchecked") // a window function's coder is for its windows
  PaneMemory(Coder<?> elementCoder, WindowingStrategy<?, ?> windowing, OperatorContext context) {
    this.context = context;
    this.windowing = windowing;
    this.windowCoder = (Coder<BoundedWindow>) windowing.getWindowFn().windowCoder();
    this.codec = ElementCodec.of(IterableCoder.of(elementCoder), windowCoder);
    this.used = context.takesSnapshots() && !context.wholeInput();
  }

  /** The context, in which everything that is emitted is remembered. */
  OperatorContext remembering() {
    return used ? new RememberingContext(context, this) : context;
  }

  /** Emits what a restore has brought, once. */
  void emitRestored() throws Exception {
    if (restored.isEmpty()) {
      return;
    }
    ElementReceiver output = context.output(0);
    for (WindowedValue<?> pane : restored) {
      output.accept(pane);
    }
    restored.clear();
  }

  /** Takes note of a pane. */
  void remember(WindowedValue<?> value) {
    for (BoundedWindow window : value.getWindows()) {
      Pane pane = panes.computeIfAbsent(windowCoder.structuralValue(window), w -> new Pane(window));
      pane.value = value;
      pane.changed = true;
    }
  }

  /** Forgets windows that are long gone at this watermark. */
  void forget(long watermark) {
    Iterator<Pane> all = panes.values().iterator();
    while (all.hasNext()) {
      Pane pane = all.next();
      long expiry = LateDataUtils.garbageCollectionTime(pane.window, windowing).getMillis();
      if (watermark - KEPT_MILLIS <= expiry) {
        // In the order of emission, which is that of expiry but for stragglers.
        return;
      }
      all.remove();
      if (pane.persisted) {
        forgotten.add(pane);
      }
    }
  }

  void snapshot(SnapshotWriter rows, boolean full) throws IOException {
    snapshotCommitted(false);
    for (Pane pane : forgotten) {
      rows.delete(TABLE, KEY_GROUP, address(pane));
    }
    erased.addAll(forgotten);
    forgotten.clear();
    for (Pane pane : panes.values()) {
      if (pane.changed || full) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        codec.encode(pane.value, out);
        rows.put(TABLE, KEY_GROUP, address(pane), out.toByteArray());
        pane.persisted = true;
      }
      if (pane.changed) {
        pane.changed = false;
        written.add(pane);
      }
    }
  }

  void inventory(Inventory to) {
    to.add("panes", panes.size());
    to.add("pane changes", forgotten.size() + written.size() + erased.size());
  }

  void snapshotCommitted(boolean committed) {
    if (!committed) {
      forgotten.addAll(erased);
      written.forEach(pane -> pane.changed = true);
    }
    erased.clear();
    written.clear();
  }

  void restore(byte[] row) throws IOException {
    WindowedValue<?> value = (WindowedValue<?>) codec.decode(new ByteArrayInputStream(row));
    if (!context.viewsAreKept()) {
      restored.add(value);
    }
    remember(value);
    for (BoundedWindow window : value.getWindows()) {
      Pane pane = panes.get(windowCoder.structuralValue(window));
      pane.changed = false;
      pane.persisted = true;
    }
  }

  private byte[] address(Pane pane) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(16);
    windowCoder.encode(pane.window, out);
    return out.toByteArray();
  }

  private static final class Pane {
    private final BoundedWindow window;
    private WindowedValue<?> value;
    private boolean changed;
    private boolean persisted;

    Pane(BoundedWindow window) {
      this.window = window;
    }
  }
}
