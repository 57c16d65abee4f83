package dev.sluice.translation.source;

import dev.sluice.executor.api.ProcessorContext;
import dev.sluice.executor.api.SourceProgram;
import dev.sluice.executor.api.SourceReader;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.runners.core.construction.SerializablePipelineOptions;
import org.apache.beam.runners.core.metrics.MetricsContainerImpl;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.io.UnboundedSource.CheckpointMark;
import org.apache.beam.sdk.io.UnboundedSource.UnboundedReader;
import org.apache.beam.sdk.metrics.MetricsEnvironment;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.values.ValueWithRecordId;
import org.apache.beam.sdk.values.WindowedValue;

/**
 * Reads the splits of an unbounded source, one in each partition. A split has ended when its reader
 * has nothing and its watermark is at the end of time. Checkpoint marks are finalized when the
 * block they belong to is safe, in order; marks of a job that is cancelled are dropped.
 *
 * <p>A source that {@linkplain UnboundedSource#requiresDeduping() may deliver twice} emits {@code
 * ValueWithRecordId}s, for a {@link DeduplicateSpec} behind an exchange by id.
 *
 * @param <T> of the records
 * @param <M> of the marks
 */
public final class UnboundedReadProgram<T, M extends CheckpointMark> implements SourceProgram {
  private static final long serialVersionUID = 1;

  private final String stepName;
  private final List<? extends UnboundedSource<T, M>> splits;
  private final boolean withIds;
  private final SerializablePipelineOptions options;
  private final MetricsContainerImpl splitMetrics;

  private UnboundedReadProgram(
      String stepName,
      List<? extends UnboundedSource<T, M>> splits,
      boolean withIds,
      SerializablePipelineOptions options,
      MetricsContainerImpl splitMetrics) {
    this.stepName = stepName;
    this.splits = splits;
    this.withIds = withIds;
    this.options = options;
    this.splitMetrics = splitMetrics;
  }

  /**
   * Splits a source, at submission, and makes the program that reads the splits. What the source
   * counts while it splits is reported with the first batch.
   *
   * @param stepName full name of the reading transform
   * @param source what to read
   * @param desiredSplits how many splits would be best
   * @throws SourceFailure if the source threw, or made no split
   */
  public static <T, M extends CheckpointMark> UnboundedReadProgram<T, M> split(
      String stepName, UnboundedSource<T, M> source, PipelineOptions options, int desiredSplits)
      throws SourceFailure {
    MetricsContainerImpl metrics = new MetricsContainerImpl(stepName);
    List<? extends UnboundedSource<T, M>> splits;
    try (Closeable scope = MetricsEnvironment.scopedMetricsContainer(metrics)) {
      splits = List.copyOf(source.split(desiredSplits, options));
      if (splits.isEmpty()) {
        throw new IllegalStateException("an unbounded source must have at least one split");
      }
    } catch (Exception e) {
      throw new SourceFailure(stepName, "splitting " + source, e);
    }
    return new UnboundedReadProgram<>(
        stepName,
        splits,
        source.requiresDeduping(),
        new SerializablePipelineOptions(options),
        metrics);
  }

  /** Whether records are {@code ValueWithRecordId}s. */
  public boolean emitsIds() {
    return withIds;
  }

  @Override
  public int splits() {
    return splits.size();
  }

  @Override
  public boolean unbounded() {
    return true;
  }

  @Override
  public boolean repeatable() {
    return false;
  }

  @Override
  public byte[] split(int index) throws IOException {
    return KeptSplit.encode(splits.get(index));
  }

  @Override
  public UnboundedReadProgram<T, M> withSplits(List<byte[]> kept) throws IOException {
    List<UnboundedSource<T, M>> own = new ArrayList<>();
    for (byte[] split : kept) {
      own.add(KeptSplit.decode(split, splits.get(0)));
    }
    return new UnboundedReadProgram<>(stepName, own, withIds, options, splitMetrics);
  }

  @Override
  public SourceReader open(ProcessorContext context, byte[] mark) throws Exception {
    UnboundedSource<T, M> source = splits.get(context.partition());
    ReadMetrics metrics = new ReadMetrics(stepName);
    if (context.partition() == 0 && mark == null) {
      metrics.add(splitMetrics);
    }
    UnboundedMark place = mark == null ? UnboundedMark.BEGINNING : UnboundedMark.decode(mark);
    try (Closeable scope = metrics.scope()) {
      Coder<M> coder = source.getCheckpointMarkCoder();
      M restored =
          place.encoded() == null ? null : coder.decode(new ByteArrayInputStream(place.encoded()));
      UnboundedReader<T> reader = source.createReader(options.get(), restored);
      UnboundedCursor<T> cursor = new UnboundedCursor<>(reader, withIds, place.watermark());
      return new UnboundedReadReader<>(
          stepName, cursor, new CheckpointMarks<>(reader, coder, place.encoded()), metrics);
    } catch (Exception e) {
      throw new SourceFailure(stepName, "opening a reader", e);
    }
  }

  @Override
  @SuppressWarnings("unchecked") // the records are the source's
  public void measure(Object record, OutputStream out) throws IOException {
    Object value = ((WindowedValue<?>) record).getValue();
    Object plain = withIds ? ((ValueWithRecordId<?>) value).getValue() : value;
    ((Coder<Object>) splits.get(0).getOutputCoder()).encode(plain, out);
  }
}
