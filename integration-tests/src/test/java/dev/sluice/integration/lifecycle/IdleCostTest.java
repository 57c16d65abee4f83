package dev.sluice.integration.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.sluice.integration.pipelines.OwnJvm;
import dev.sluice.integration.pipelines.SteadySource;
import dev.sluice.integration.pipelines.SteadySource.Afterwards;
import dev.sluice.integration.pipelines.Workshop;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A streaming pipeline with nothing to read costs next to nothing: by design under 2 % of a core,
 * here asserted with room for the noise of the JVM itself. CPU time is measured, in a JVM of its
 * own, so other work of the machine counts little.
 */
@Timeout(120)
class IdleCostTest {
  @RegisterExtension final Workshop workshop = new Workshop();

  @ParameterizedTest
  @EnumSource(
      value = Afterwards.class,
      names = {"STILLNESS", "SECONDS"})
  void isNextToNothing(Afterwards afterwards) throws Exception {
    OwnJvm jvm =
        OwnJvm.run(
            IdleCostTest.class,
            workshop.directory(),
            "",
            Duration.ofSeconds(60),
            List.of("-Xmx256m"),
            List.of(afterwards.name(), "6", "5"));

    assertThat(jvm.exitCode()).as(jvm.output()).isZero();
    String figure = jvm.output().replaceAll("(?s).*idle: ([0-9.]+) %.*", "$1");
    assertThat(Double.parseDouble(figure)).as("percent of a core while idle").isLessThan(6);
  }

  /** Prints the cost of a pipeline while it is idle: kind, seconds before, seconds measured. */
  public static void main(String[] arguments) throws Exception {
    Pipeline pipeline =
        Pipeline.create(
            PipelineOptionsFactory.fromArgs("--runner=SluiceRunner", "--progress=OFF").create());
    build(pipeline, Afterwards.valueOf(arguments[0]));
    PipelineResult result = pipeline.run();
    result.waitUntilFinish(millis(arguments[1]));
    double before = cpuSeconds();
    long start = System.nanoTime();
    result.waitUntilFinish(millis(arguments[2]));
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf("idle: %.2f %% of a core%n", 100 * (cpuSeconds() - before) / seconds);
    result.cancel();
  }

  private static org.joda.time.Duration millis(String seconds) {
    return org.joda.time.Duration.standardSeconds(Long.parseLong(seconds));
  }

  private static double cpuSeconds() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime()
        / 1e9;
  }

  /** Windows, a grouping, a side input, state and timers. */
  private static void build(Pipeline pipeline, Afterwards afterwards) {
    PCollection<Long> numbers =
        pipeline
            .apply(Read.from(new SteadySource(10_000, 1, afterwards)))
            .apply(Window.into(FixedWindows.of(org.joda.time.Duration.standardSeconds(1))));
    PCollectionView<Iterable<Long>> view =
        numbers
            .apply(Combine.globally(Count.<Long>combineFn()).withoutDefaults())
            .apply(View.asIterable());
    numbers
        .apply(WithKeys.of((Long i) -> i % 10).withKeyType(TypeDescriptors.longs()))
        .apply(ParDo.of(new Keeping()))
        .apply(Count.perElement())
        .apply(ParDo.of(new Reading(view)).withSideInputs(view));
  }

  static final class Keeping extends DoFn<KV<Long, Long>, Long> {
    private static final long serialVersionUID = 1;

    @StateId("last")
    private final StateSpec<ValueState<Long>> last = StateSpecs.value(VarLongCoder.of());

    @TimerId("end")
    private final TimerSpec end = TimerSpecs.timer(TimeDomain.EVENT_TIME);

    @ProcessElement
    public void process(
        @Element KV<Long, Long> element,
        @StateId("last") ValueState<Long> last,
        @TimerId("end") Timer end) {
      last.write(element.getValue());
      end.offset(org.joda.time.Duration.millis(10)).setRelative();
    }

    @OnTimer("end")
    public void onEnd(@StateId("last") ValueState<Long> last, OutputReceiver<Long> out) {
      out.output(last.read());
    }
  }

  static final class Reading extends DoFn<KV<Long, Long>, Long> {
    private static final long serialVersionUID = 1;
    private final PCollectionView<Iterable<Long>> view;

    Reading(PCollectionView<Iterable<Long>> view) {
      this.view = view;
    }

    @ProcessElement
    public void process(ProcessContext c) {
      for (long count : c.sideInput(view)) {
        c.output(count);
      }
    }
  }
}
