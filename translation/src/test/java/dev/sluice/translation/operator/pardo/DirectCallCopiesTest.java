package dev.sluice.translation.operator.pardo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.translation.operator.DirectOperator;
import dev.sluice.translation.operator.ElementReceiver;
import dev.sluice.translation.operator.FailedStep;
import dev.sluice.translation.operator.FakeOperatorContext;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.values.WindowedValues;
import org.junit.jupiter.api.Test;

/** Each step has its own copy of what runs for each element. */
class DirectCallCopiesTest {
  private final FakeOperatorContext context = new FakeOperatorContext("step");

  @Test
  void aStepHasACopyThatItsPartitionsShare() throws Exception {
    ParDoSpec spec = ParDoSpecs.of(new Echo());
    Class<?> call = entry(spec, context).getClass();
    assertThat(call.isHidden()).isTrue();
    assertThat(entry(spec, context.sibling(1))).hasSameClassAs(entry(spec, context));
    assertThat(entry(spec, new FakeOperatorContext("another")).getClass()).isNotEqualTo(call);
  }

  @Test
  void aLaterJobFindsTheCopyOfTheSameStep() throws Exception {
    ParDoSpec spec = ParDoSpecs.of(new Echo());
    FakeOperatorContext first = new FakeOperatorContext("repeated");
    FakeOperatorContext atTheSameTime = new FakeOperatorContext("repeated");
    FakeOperatorContext later = new FakeOperatorContext("repeated");
    FakeOperatorContext otherFn = new FakeOperatorContext("repeated");
    Class<?> call = entry(spec, first).getClass();
    assertThat(entry(spec, atTheSameTime).getClass()).isNotEqualTo(call);
    first.closeShared();
    assertThat(entry(ParDoSpecs.of(new Swallow()), otherFn).getClass()).isNotEqualTo(call);
    assertThat(entry(spec, later).getClass()).isEqualTo(call);
  }

  @Test
  void theOriginalServesWhereItCannotBeCopied() throws Exception {
    context.shared("direct call", DirectCallCopies::none);
    ElementReceiver entry = entry(ParDoSpecs.of(new Echo()), context);
    assertThat(entry.getClass()).isEqualTo(DirectCall.class);
    acceptInParts(entry, "a");
    entry.accept(WindowedValues.valueInGlobalWindow("b"));
    assertThat(context.values(0)).containsExactly("a", "b");
  }

  @Test
  void aFailureNamesTheStepHoweverTheElementCame() throws Exception {
    ParDoSpec spec = ParDoSpecs.of(new Echo());
    assertThatThrownBy(() -> acceptInParts(entry(spec, context), "fail"))
        .hasRootCauseMessage("as told")
        .satisfies(e -> assertThat(FailedStep.of(e)).hasValue("step"));
    assertThatThrownBy(
            () -> entry(spec, context).accept(WindowedValues.valueInGlobalWindow("fail")))
        .hasRootCauseMessage("as told")
        .satisfies(e -> assertThat(FailedStep.of(e)).hasValue("step"));
  }

  private static ElementReceiver entry(ParDoSpec spec, FakeOperatorContext context)
      throws Exception {
    return ((DirectOperator) spec.create(context)).entry("step");
  }

  private static void acceptInParts(ElementReceiver entry, String value) throws Exception {
    entry.accept(
        value,
        BoundedWindow.TIMESTAMP_MIN_VALUE,
        List.of(GlobalWindow.INSTANCE),
        PaneInfo.NO_FIRING);
  }

  static final class Swallow extends DoFn<String, String> {
    @ProcessElement
    public void process() {}
  }

  static final class Echo extends DoFn<String, String> {
    @ProcessElement
    public void process(@Element String element, OutputReceiver<String> out) {
      if (element.equals("fail")) {
        throw new IllegalStateException("as told");
      }
      out.output(element);
    }
  }
}
