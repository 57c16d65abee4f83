package dev.sluice.translation.source;

import dev.sluice.executor.api.ProcessorContext;
import dev.sluice.executor.api.SourceProgram;
import dev.sluice.executor.api.SourceReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.runners.core.construction.SerializablePipelineOptions;
import org.apache.beam.runners.core.metrics.MetricsContainerImpl;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.io.BoundedSource;
import org.apache.beam.sdk.metrics.MetricsEnvironment;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.values.WindowedValue;

/**
 * Reads the splits of a bounded source, each in a partition of its own while there are not too
 * many, otherwise several one after the other. Its watermark is the minimum until the end.
 *
 * <p>A mark counts the records read; after a restore they are read again and skipped.
 */
public final class BoundedReadProgram implements SourceProgram {
  /** Bundle size asked of a source that does not know its size. */
  private static final long UNKNOWN_SIZE_BUNDLE = 64L << 20;

  private static final long serialVersionUID = 1;

  private final String stepName;
  private final List<List<BoundedSource<?>>> partitions;
  private final SerializablePipelineOptions options;
  private final MetricsContainerImpl splitMetrics;

  private BoundedReadProgram(
      String stepName,
      List<List<BoundedSource<?>>> partitions,
      SerializablePipelineOptions options,
      MetricsContainerImpl splitMetrics) {
    this.stepName = stepName;
    this.partitions = partitions;
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
   * @param maxSplits how many partitions there may be at most; further splits share them
   * @throws SourceFailure if the source threw
   */
  public static BoundedReadProgram split(
      String stepName,
      BoundedSource<?> source,
      PipelineOptions options,
      int desiredSplits,
      int maxSplits)
      throws SourceFailure {
    MetricsContainerImpl metrics = new MetricsContainerImpl(stepName);
    List<? extends BoundedSource<?>> splits;
    try (Closeable scope = MetricsEnvironment.scopedMetricsContainer(metrics)) {
      splits = source.split(bundleSize(source, options, desiredSplits), options);
    } catch (Exception e) {
      throw new SourceFailure(stepName, "splitting " + source, e);
    }
    return new BoundedReadProgram(
        stepName, deal(splits, maxSplits), new SerializablePipelineOptions(options), metrics);
  }

  private static long bundleSize(
      BoundedSource<?> source, PipelineOptions options, int desiredSplits) throws Exception {
    long size = source.getEstimatedSizeBytes(options);
    if (size < 0) {
      return Long.MAX_VALUE; // overflown: larger than anything, and not to be cut into small pieces
    }
    return size == 0 ? UNKNOWN_SIZE_BUNDLE : (size - 1) / desiredSplits + 1;
  }

  /** Deals splits out like cards, so that neighbours, often alike in size, are spread. */
  private static List<List<BoundedSource<?>>> deal(
      List<? extends BoundedSource<?>> splits, int maxSplits) {
    int count = Math.max(1, Math.min(maxSplits, splits.size()));
    List<List<BoundedSource<?>>> partitions = new ArrayList<>();
    for (int p = 0; p < count; p++) {
      partitions.add(new ArrayList<>());
    }
    for (int i = 0; i < splits.size(); i++) {
      partitions.get(i % count).add(splits.get(i));
    }
    return partitions;
  }

  @Override
  public int splits() {
    return partitions.size();
  }

  @Override
  public boolean unbounded() {
    return false;
  }

  @Override
  public boolean repeatable() {
    return true;
  }

  @Override
  public byte[] split(int index) throws IOException {
    return KeptSplit.encode(new ArrayList<>(partitions.get(index)));
  }

  @Override
  public BoundedReadProgram withSplits(List<byte[]> kept) throws IOException {
    List<List<BoundedSource<?>>> own = new ArrayList<>();
    for (byte[] split : kept) {
      own.add(KeptSplit.decode(split, new ArrayList<>(partitions.get(0))));
    }
    return new BoundedReadProgram(stepName, own, options, splitMetrics);
  }

  @Override
  public SourceReader open(ProcessorContext context, byte[] mark) throws Exception {
    BoundedMark place = mark == null ? BoundedMark.BEGINNING : BoundedMark.decode(mark);
    ReadMetrics metrics = new ReadMetrics(stepName);
    if (context.partition() == 0 && mark == null) {
      metrics.add(splitMetrics);
    }
    BoundedSequence sequence =
        new BoundedSequence(partitions.get(context.partition()), options.get());
    return new BoundedReadReader(stepName, sequence, place, metrics);
  }

  @Override
  public void measure(Object record, OutputStream out) throws IOException {
    erased(partitions.get(0).get(0).getOutputCoder())
        .encode(((WindowedValue<?>) record).getValue(), out);
  }

  @SuppressWarnings("unchecked") // the records are the source's
  private static Coder<Object> erased(Coder<?> coder) {
    return (Coder<Object>) coder;
  }
}
