package dev.sluice.integration.differential;

import dev.sluice.integration.differential.StatefulShape.TimerUse;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.state.BagState;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.joda.time.Instant;

/** A DoFn that has a last word for each window. */
final class ExpiringStep extends DoFn<KV<Integer, Integer>, KV<Integer, String>> {
  private static final long serialVersionUID = 1;

  @StateId("bag")
  private final StateSpec<BagState<Integer>> bagSpec = StateSpecs.bag(VarIntCoder.of());

  @TimerId("event")
  private final TimerSpec eventSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  private final StatefulShape shape;

  ExpiringStep(StatefulShape shape) {
    this.shape = shape;
  }

  @ProcessElement
  public void process(
      @Element KV<Integer, Integer> element,
      @Timestamp Instant timestamp,
      BoundedWindow window,
      @StateId("bag") BagState<Integer> bag,
      @TimerId("event") Timer event,
      OutputReceiver<KV<Integer, String>> out) {
    bag.add(element.getValue());
    for (TimerUse use : shape.timers()) {
      Instant target = timestamp.plus(use.offset());
      Instant end = window.maxTimestamp();
      event.set(target.isAfter(end) ? end : target);
    }
    if (shape.echo()) {
      out.output(KV.of(element.getKey(), element.getValue() + " of " + Text.sorted(bag.read())));
    }
  }

  @OnTimer("event")
  public void onEvent(
      @Key Integer key,
      @StateId("bag") BagState<Integer> bag,
      OutputReceiver<KV<Integer, String>> out) {
    out.output(KV.of(key, "event " + Text.sorted(bag.read())));
    if (shape.clears()) {
      bag.clear();
    }
  }

  @OnWindowExpiration
  public void onExpiry(
      @Key Integer key,
      @StateId("bag") BagState<Integer> bag,
      OutputReceiver<KV<Integer, String>> out) {
    out.output(KV.of(key, "expired " + Text.sorted(bag.read())));
  }
}
