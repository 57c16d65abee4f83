package dev.sluice.runner.submit;

import dev.sluice.executor.api.Storage;
import dev.sluice.executor.node.CheckpointSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.ResolveOptions.StandardResolveOptions;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.apache.beam.sdk.util.MimeTypes;

/** The directory for checkpoints, on any file system that Beam knows. */
public final class CheckpointDirectory {
  private static final byte PROBE = 42;

  private CheckpointDirectory() {}

  /**
   * The directory as the engine's storage; on a local disk what is written survives the machine.
   */
  public static Storage storage(String directory) {
    ResourceId resource = FileSystems.matchNewResource(directory, true);
    return resource.getScheme().equals("file")
        ? CheckpointSettings.directory(Path.of(resource.toString()))
        : new FileSystemStorage(resource);
  }

  /**
   * Finds out, before anything runs, whether the directory can be used: writes a small object,
   * reads it back and deletes it.
   *
   * @throws IllegalArgumentException if one of these fails
   */
  public static void check(String directory) {
    try {
      ResourceId probe =
          FileSystems.matchNewResource(directory, true)
              .resolve("probe-" + UUID.randomUUID(), StandardResolveOptions.RESOLVE_FILE);
      try (WritableByteChannel out = FileSystems.create(probe, MimeTypes.BINARY)) {
        out.write(ByteBuffer.wrap(new byte[] {PROBE}));
      }
      try (InputStream in = Channels.newInputStream(FileSystems.open(probe))) {
        if (in.read() != PROBE) {
          throw new IOException("what was written cannot be read back");
        }
      }
      FileSystems.delete(List.of(probe));
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(
          "--checkpointDir="
              + directory
              + " is not allowed; it must be a directory that can be written",
          e);
    }
  }
}
