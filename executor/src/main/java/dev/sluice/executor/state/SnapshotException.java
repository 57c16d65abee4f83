package dev.sluice.executor.state;

import dev.sluice.executor.api.Storage;
import java.io.IOException;

/** An object is missing, torn or damaged; the message names it and what was expected. */
public final class SnapshotException extends IOException {
  private static final long serialVersionUID = 1;

  private SnapshotException(String message, Throwable cause) {
    super(message, cause);
  }

  static SnapshotException damaged(Storage storage, String name, long offset, String what) {
    return new SnapshotException(
        "the snapshot object "
            + name
            + " in "
            + storage.location()
            + " is damaged at byte "
            + offset
            + ": "
            + what,
        null);
  }

  static SnapshotException unreadable(Storage storage, String name, IOException cause) {
    return new SnapshotException(
        "the snapshot object " + name + " in " + storage.location() + " cannot be read: " + cause,
        cause);
  }
}
