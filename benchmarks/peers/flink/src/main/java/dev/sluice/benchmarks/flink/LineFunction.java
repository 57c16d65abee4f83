package dev.sluice.benchmarks.flink;

import dev.sluice.benchmarks.workload.LineStream;
import dev.sluice.benchmarks.workload.Lines;
import org.apache.flink.streaming.api.functions.source.RichParallelSourceFunction;
import org.apache.flink.streaming.api.watermark.Watermark;

/** A {@link LineStream} as a source; each subtask takes every n-th line. */
@SuppressWarnings("deprecation") // the newer way of a source takes six classes
final class LineFunction extends RichParallelSourceFunction<String> {
  private static final long serialVersionUID = 1;

  /** How far event time goes from one watermark to the next, where delays do not matter. */
  private static final long WATERMARK_MILLIS = 20;

  private final LineStream stream;
  private final boolean paced;
  private volatile boolean cancelled;

  LineFunction(LineStream stream, boolean paced) {
    this.stream = stream;
    this.paced = paced;
  }

  @Override
  public void run(SourceContext<String> context) throws Exception {
    Lines lines = stream.lines();
    int step = getRuntimeContext().getNumberOfParallelSubtasks();
    long next = getRuntimeContext().getIndexOfThisSubtask();
    long told = Long.MIN_VALUE;
    for (; next < stream.records() && !cancelled; next += step) {
      long time = stream.timestamp(next);
      if (time >= told + (paced ? 1 : WATERMARK_MILLIS)) {
        waitFor(time);
        context.emitWatermark(new Watermark(time - 1));
        told = time;
      }
      context.collectWithTimestamp(lines.line(next), time);
    }
  }

  private void waitFor(long time) throws InterruptedException {
    while (paced && time > System.currentTimeMillis() && !cancelled) {
      Thread.sleep(0, 100_000);
    }
  }

  @Override
  public void cancel() {
    cancelled = true;
  }
}
