package dev.sluice.benchmarks.flink;

import dev.sluice.benchmarks.workload.LineStream;
import dev.sluice.benchmarks.workload.Lines;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.configuration.Configuration;

/** The line of a number. */
final class MakeLine extends RichMapFunction<Long, String> {
  private static final long serialVersionUID = 1;

  private final LineStream stream;
  private transient Lines lines;

  MakeLine(LineStream stream) {
    this.stream = stream;
  }

  @Override
  public void open(Configuration parameters) {
    lines = stream.lines();
  }

  @Override
  public String map(Long index) {
    return lines.line(index);
  }
}
