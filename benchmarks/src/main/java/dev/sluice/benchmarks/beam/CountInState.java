package dev.sluice.benchmarks.beam;

import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;

/** Counts a key's elements in state and tells the count when the window is over. */
final class CountInState extends DoFn<KV<String, String>, KV<String, Long>> {
  private static final long serialVersionUID = 1;

  @StateId("count")
  private final StateSpec<ValueState<Long>> count = StateSpecs.value();

  @TimerId("end")
  private final TimerSpec end = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  @ProcessElement
  public void process(
      BoundedWindow window, @StateId("count") ValueState<Long> count, @TimerId("end") Timer end) {
    Long before = count.read();
    if (before == null) {
      end.set(window.maxTimestamp());
    }
    count.write(before == null ? 1 : before + 1);
  }

  @OnTimer("end")
  public void tell(
      @Key String key,
      @StateId("count") ValueState<Long> count,
      OutputReceiver<KV<String, Long>> out) {
    out.output(KV.of(key, count.read()));
    count.clear();
  }
}
