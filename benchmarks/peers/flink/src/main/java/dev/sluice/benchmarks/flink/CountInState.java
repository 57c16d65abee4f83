package dev.sluice.benchmarks.flink;

import dev.sluice.benchmarks.workload.Ledger;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Counts a key's lines for each period and tells the count when the period is over. A line may come
 * before the period before its own is over, so that there are counts of more than one.
 */
final class CountInState extends KeyedProcessFunction<String, String, Void> {
  private static final long serialVersionUID = 1;

  private final String ledger;
  private final long periodMillis;
  private transient MapState<Long, Long> counts;

  CountInState(String ledger, long periodMillis) {
    this.ledger = ledger;
    this.periodMillis = periodMillis;
  }

  @Override
  public void open(Configuration parameters) {
    counts =
        getRuntimeContext().getMapState(new MapStateDescriptor<>("counts", Types.LONG, Types.LONG));
  }

  @Override
  public void processElement(String line, Context context, Collector<Void> out) throws Exception {
    long begin = context.timestamp() - Math.floorMod(context.timestamp(), periodMillis);
    Long count = counts.get(begin);
    if (count == null) {
      context.timerService().registerEventTimeTimer(begin + periodMillis - 1);
    }
    counts.put(begin, count == null ? 1 : count + 1);
  }

  @Override
  public void onTimer(long time, OnTimerContext context, Collector<Void> out) throws Exception {
    long begin = time + 1 - periodMillis;
    Ledger.of(ledger).add(context.getCurrentKey(), begin, counts.get(begin));
    counts.remove(begin);
  }
}
