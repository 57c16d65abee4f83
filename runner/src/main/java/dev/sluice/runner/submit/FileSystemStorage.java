package dev.sluice.runner.submit;

import dev.sluice.executor.api.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.EmptyMatchTreatment;
import org.apache.beam.sdk.io.fs.MatchResult.Metadata;
import org.apache.beam.sdk.io.fs.MoveOptions.StandardMoveOptions;
import org.apache.beam.sdk.io.fs.ResolveOptions.StandardResolveOptions;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.apache.beam.sdk.util.MimeTypes;

/** A directory on any file system that Beam knows, as the engine's storage. */
final class FileSystemStorage implements Storage {
  private final ResourceId directory;

  FileSystemStorage(ResourceId directory) {
    this.directory = directory;
  }

  @Override
  public String location() {
    return directory.toString();
  }

  @Override
  public OutputStream create(String name) throws IOException {
    return Channels.newOutputStream(FileSystems.create(resolve(name), MimeTypes.BINARY));
  }

  @Override
  public InputStream read(String name, long offset, long length) throws IOException {
    InputStream in = open(name, offset);
    return new BoundedInputStream(in, length);
  }

  private InputStream open(String name, long offset) throws IOException {
    try {
      ReadableByteChannel channel = FileSystems.open(resolve(name));
      if (channel instanceof SeekableByteChannel seekable) {
        return Channels.newInputStream(seekable.position(offset));
      }
      InputStream in = Channels.newInputStream(channel);
      in.skipNBytes(offset);
      return in;
    } catch (FileNotFoundException e) {
      throw missing(name, e);
    }
  }

  @Override
  public long length(String name) throws IOException {
    try {
      return FileSystems.matchSingleFileSpec(resolve(name).toString()).sizeBytes();
    } catch (FileNotFoundException e) {
      throw missing(name, e);
    }
  }

  @Override
  public List<String> list(String prefix) throws IOException {
    String root = directory.toString();
    List<String> names = new ArrayList<>();
    for (Metadata found : FileSystems.match(root + "**", EmptyMatchTreatment.ALLOW).metadata()) {
      String path = found.resourceId().toString();
      int at = path.indexOf(root);
      String name = at < 0 ? path : path.substring(at + root.length());
      if (name.startsWith(prefix)) {
        names.add(name);
      }
    }
    names.sort(null);
    return names;
  }

  @Override
  public void delete(String name) throws IOException {
    FileSystems.delete(List.of(resolve(name)), StandardMoveOptions.IGNORE_MISSING_FILES);
  }

  private ResourceId resolve(String name) {
    ResourceId at = directory;
    int start = 0;
    for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', start)) {
      at = at.resolve(name.substring(start, slash), StandardResolveOptions.RESOLVE_DIRECTORY);
      start = slash + 1;
    }
    return at.resolve(name.substring(start), StandardResolveOptions.RESOLVE_FILE);
  }

  private IOException missing(String name, IOException cause) {
    NoSuchFileException missing = new NoSuchFileException(resolve(name).toString());
    missing.initCause(cause);
    return missing;
  }

  /** Ends after so many bytes. */
  private static final class BoundedInputStream extends InputStream {
    private final InputStream in;
    private long left;

    BoundedInputStream(InputStream in, long length) {
      this.in = in;
      this.left = length;
    }

    @Override
    public int read() throws IOException {
      if (left <= 0) {
        return -1;
      }
      int read = in.read();
      left -= read < 0 ? 0 : 1;
      return read;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (left <= 0) {
        return length == 0 ? 0 : -1;
      }
      int read = in.read(bytes, offset, (int) Math.min(length, left));
      left -= Math.max(read, 0);
      return read;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
