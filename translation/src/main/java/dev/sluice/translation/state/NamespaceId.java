package dev.sluice.translation.state;

import java.util.Objects;
import org.apache.beam.runners.core.StateNamespace;

/**
 * Identity of a namespace without Beam's base64 strings: the kind, the window (itself where its
 * coder is consistent with equals, otherwise its structural value) and the trigger.
 */
final class NamespaceId {
  /** The kinds of namespaces; the code is part of the format of snapshots. */
  enum Kind {
    GLOBAL(0),
    WINDOW(1),
    WINDOW_AND_TRIGGER(2),
    /** None of Beam's own; lives in memory only. */
    FOREIGN(-1);

    final int code;

    Kind(int code) {
      this.code = code;
    }
  }

  final Kind kind;
  final StateNamespace source;
  final Object window;
  final int trigger;
  private final int hash;

  NamespaceId(Kind kind, StateNamespace source, Object window, int trigger) {
    this.kind = kind;
    this.source = source;
    this.window = window;
    this.trigger = trigger;
    this.hash = (kind.ordinal() * 31 + Objects.hashCode(window)) * 31 + trigger;
  }

  boolean is(Kind otherKind, Object otherWindow, int otherTrigger) {
    return kind == otherKind && trigger == otherTrigger && Objects.equals(window, otherWindow);
  }

  /** Orders namespaces as Beam does; dear, so asked for only when all else is equal. */
  String order() {
    return source.stringKey();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NamespaceId that
        && hash == that.hash
        && is(that.kind, that.window, that.trigger);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return source.toString();
  }
}
