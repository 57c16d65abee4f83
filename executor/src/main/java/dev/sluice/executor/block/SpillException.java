package dev.sluice.executor.block;

import dev.sluice.executor.api.Storage;
import java.io.IOException;

/**
 * The local disk failed while records that do not fit into memory were written or read. Fails the
 * job.
 */
public final class SpillException extends IOException {
  private static final long serialVersionUID = 1;

  private SpillException(String message, Throwable cause) {
    super(message, cause);
  }

  static SpillException cannotWrite(Storage storage, long bytes, IOException cause) {
    return new SpillException(
        "cannot write "
            + bytes
            + " bytes of records that do not fit into memory to "
            + storage.location()
            + " ("
            + cause
            + "); free space there, name another spill directory, or raise the memory budget",
        cause);
  }

  static SpillException cannotRead(Storage storage, String name, long offset, String what) {
    return cannotRead(storage, name, offset, what, null);
  }

  static SpillException cannotRead(Storage storage, String name, long offset, IOException cause) {
    return cannotRead(storage, name, offset, cause.toString(), cause);
  }

  private static SpillException cannotRead(
      Storage storage, String name, long offset, String what, IOException cause) {
    return new SpillException(
        "spilled records cannot be read back: "
            + name
            + " in "
            + storage.location()
            + " at offset "
            + offset
            + ": "
            + what
            + "; the disk is faulty, or somebody else changed the file",
        cause);
  }
}
