package dev.sluice.executor.common;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A range of a file as a stream that owns its channel. */
final class ChannelRange extends InputStream {
  private final FileChannel channel;
  private long position;
  private final long end;

  ChannelRange(FileChannel channel, long offset, long length) {
    this.channel = channel;
    this.position = offset;
    this.end = length > Long.MAX_VALUE - offset ? Long.MAX_VALUE : offset + length;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int wanted = (int) Math.min(length, end - position);
    if (wanted <= 0) {
      return -1;
    }
    int count = channel.read(ByteBuffer.wrap(bytes, offset, wanted), position);
    if (count > 0) {
      position += count;
    }
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = Math.max(0, Math.min(count, Math.min(end, channel.size()) - position));
    position += skipped;
    return skipped;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
