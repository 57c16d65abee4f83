package dev.sluice.translation.source;

import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.api.BatchKind;
import dev.sluice.executor.api.Grouping;
import dev.sluice.executor.api.JobSettings;
import dev.sluice.executor.api.ProcessorContext;
import dev.sluice.executor.api.RecordCodec;
import dev.sluice.executor.api.SourceProgram;
import dev.sluice.executor.api.SourceReader;
import dev.sluice.executor.api.StageSpec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.beam.sdk.values.WindowedValue;

/** Opens readers of programs that were shipped, and reads blocks. */
final class ReadingKit {
  private ReadingKit() {}

  /** Opens a reader of the program as it comes out of Java serialization. */
  static SourceReader open(SourceProgram program, int partition, byte[] mark) throws Exception {
    return shipped(program).open(new Place(partition), mark);
  }

  static SourceProgram shipped(SourceProgram program) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(program);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (SourceProgram) in.readObject();
    }
  }

  /** Reads one block of at most so many records. */
  static List<WindowedValue<?>> elements(SourceReader reader, long quota) throws Exception {
    List<WindowedValue<?>> read = new ArrayList<>();
    reader.read(batch(quota), record -> read.add((WindowedValue<?>) record));
    return read;
  }

  /** The values of one block of at most so many records. */
  static List<Object> values(SourceReader reader, long quota) throws Exception {
    List<Object> values = new ArrayList<>();
    elements(reader, quota).forEach(element -> values.add(element.getValue()));
    return values;
  }

  static BatchDescriptor batch(long quota) {
    return new BatchDescriptor(
        "job", 0, 0, BatchKind.DATA, 0, 0, false, false, false, false, quota);
  }

  private record Place(int partition) implements ProcessorContext {
    @Override
    public String jobId() {
      return "job";
    }

    @Override
    public int run() {
      return 0;
    }

    @Override
    public StageSpec stage() {
      throw new UnsupportedOperationException();
    }

    @Override
    public JobSettings settings() {
      return JobSettings.defaults();
    }

    @Override
    public <T> T shared(String name, Supplier<T> make) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public Grouping grouping(RecordCodec valueCodec) {
      throw new UnsupportedOperationException();
    }
  }
}
