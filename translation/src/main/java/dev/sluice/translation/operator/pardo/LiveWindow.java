package dev.sluice.translation.operator.pardo;

import java.util.List;
import org.apache.beam.runners.core.StateNamespace;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;

/**
 * A window that elements come to, with what depends on it alone.
 *
 * @param only the window as the one of its elements
 * @param namespace of its state
 * @param end when elements are too late for it: its end and the allowed lateness
 */
record LiveWindow(
    BoundedWindow window, List<BoundedWindow> only, StateNamespace namespace, long end) {}
