package dev.sluice.benchmarks.jet;

import com.hazelcast.jet.Traverser;
import com.hazelcast.jet.core.AbstractProcessor;
import com.hazelcast.jet.core.EventTimeMapper;
import com.hazelcast.jet.core.EventTimePolicy;
import com.hazelcast.jet.core.ProcessorMetaSupplier;
import com.hazelcast.jet.pipeline.BatchSource;
import com.hazelcast.jet.pipeline.Sources;
import com.hazelcast.jet.pipeline.StreamSource;
import dev.sluice.benchmarks.workload.LineStream;
import dev.sluice.benchmarks.workload.Lines;

/**
 * A {@link LineStream} as a source; each processor takes every n-th line. Of the core API, since a
 * streaming source of the pipeline API cannot end.
 */
final class LineProcessor extends AbstractProcessor {
  /** How many lines are handed over before others on the thread have their turn. */
  private static final int CHUNK = 1024;

  private final LineStream stream;
  private final boolean paced;
  private final EventTimeMapper<String> mapper;
  private final Lines lines;
  private int step;
  private long next;
  private Traverser<Object> pending;

  private LineProcessor(LineStream stream, boolean paced, EventTimeMapper<String> mapper) {
    this.stream = stream;
    this.paced = paced;
    this.mapper = mapper;
    this.lines = stream.lines();
  }

  static StreamSource<String> stream(LineStream stream, boolean paced, int parallelism) {
    return Sources.streamFromProcessorWithWatermarks(
        "lines", true, policy -> supplier(stream, paced, policy, parallelism));
  }

  static BatchSource<String> batch(LineStream stream, int parallelism) {
    return Sources.batchFromProcessor(
        "lines", supplier(stream, false, EventTimePolicy.noEventTime(), parallelism));
  }

  private static ProcessorMetaSupplier supplier(
      LineStream stream, boolean paced, EventTimePolicy<? super String> policy, int parallelism) {
    return ProcessorMetaSupplier.of(
        parallelism, () -> new LineProcessor(stream, paced, new EventTimeMapper<>(policy)));
  }

  @Override
  protected void init(Context context) {
    step = context.totalParallelism();
    next = context.globalProcessorIndex();
    mapper.addPartitions(1);
  }

  @Override
  public boolean complete() {
    for (int i = 0; i < CHUNK; i++) {
      if (pending != null && !emitFromTraverser(pending)) {
        return false;
      }
      if (next >= stream.records()) {
        return true;
      }
      long time = stream.timestamp(next);
      if (paced && time > System.currentTimeMillis()) {
        pending = null;
        return false;
      }
      pending = mapper.flatMapEvent(lines.line(next), 0, time);
      next += step;
    }
    return false;
  }
}
