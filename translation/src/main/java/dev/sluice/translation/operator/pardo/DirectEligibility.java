package dev.sluice.translation.operator.pardo;

import java.util.List;
import org.apache.beam.sdk.transforms.reflect.DoFnSignature;
import org.apache.beam.sdk.transforms.reflect.DoFnSignature.MethodWithExtraParameters;
import org.apache.beam.sdk.transforms.reflect.DoFnSignature.Parameter;

/** Which DoFns {@link DirectFn} and {@link DirectStatefulFn} can serve. */
final class DirectEligibility {
  private static final List<Class<? extends Parameter>> ELEMENT_PARAMETERS =
      List.of(
          Parameter.ElementParameter.class,
          Parameter.TimestampParameter.class,
          Parameter.WindowParameter.class,
          Parameter.PaneInfoParameter.class,
          Parameter.PipelineOptionsParameter.class,
          Parameter.ProcessContextParameter.class,
          Parameter.TaggedOutputReceiverParameter.class,
          Parameter.CausedByDrainParameter.class,
          Parameter.BundleFinalizerParameter.class);

  private static final List<Class<? extends Parameter>> KEYED_PARAMETERS =
      List.of(
          Parameter.StateParameter.class,
          Parameter.TimerParameter.class,
          Parameter.TimerFamilyParameter.class);

  private static final List<Class<? extends Parameter>> FIRING_PARAMETERS =
      List.of(
          Parameter.OnTimerContextParameter.class,
          Parameter.TimestampParameter.class,
          Parameter.TimeDomainParameter.class,
          Parameter.WindowParameter.class,
          Parameter.PipelineOptionsParameter.class,
          Parameter.TaggedOutputReceiverParameter.class,
          Parameter.TimerIdParameter.class,
          Parameter.CausedByDrainParameter.class,
          Parameter.KeyParameter.class);

  private static final List<Class<? extends Parameter>> BUNDLE_PARAMETERS =
      List.of(
          Parameter.StartBundleContextParameter.class,
          Parameter.FinishBundleContextParameter.class,
          Parameter.PipelineOptionsParameter.class,
          Parameter.BundleFinalizerParameter.class);

  private DirectEligibility() {}

  /** Whether a DoFn without side inputs, state and timers can be called directly. */
  static boolean isDirect(DoFnSignature signature) {
    return !signature.processElement().isSplittable()
        && signature.processElement().extraParameters().stream()
            .allMatch(DirectEligibility::isServedToElements)
        && isServed(signature.startBundle())
        && isServed(signature.finishBundle());
  }

  /**
   * Whether {@link DirectStatefulFn} can serve a DoFn without side inputs: it has state (DoFns with
   * timers alone are never asked whether an element is late), is not told when a window ends and
   * does not want its input sorted.
   */
  static boolean isDirectWithState(DoFnSignature signature) {
    return signature.usesState()
        && signature.onWindowExpiration() == null
        && !signature.processElement().requiresTimeSortedInput()
        && !signature.processElement().isSplittable()
        && signature.processElement().extraParameters().stream()
            .allMatch(
                parameter -> isServedToElements(parameter) || isOneOf(KEYED_PARAMETERS, parameter))
        && signature.onTimerMethods().values().stream().allMatch(DirectEligibility::isServedTimer)
        && signature.onTimerFamilyMethods().values().stream()
            .allMatch(DirectEligibility::isServedTimer)
        && isServed(signature.startBundle())
        && isServed(signature.finishBundle());
  }

  private static boolean isServedTimer(MethodWithExtraParameters timer) {
    return timer.extraParameters().stream()
        .allMatch(
            parameter ->
                parameter instanceof Parameter.OutputReceiverParameter receiver
                    ? !receiver.isRowReceiver()
                    : isOneOf(FIRING_PARAMETERS, parameter)
                        || isOneOf(KEYED_PARAMETERS, parameter));
  }

  private static boolean isServedToElements(Parameter parameter) {
    if (parameter instanceof Parameter.OutputReceiverParameter receiver) {
      return !receiver.isRowReceiver();
    }
    return isOneOf(ELEMENT_PARAMETERS, parameter);
  }

  private static boolean isServed(MethodWithExtraParameters bundleMethod) {
    return bundleMethod == null
        || bundleMethod.extraParameters().stream()
            .allMatch(parameter -> isOneOf(BUNDLE_PARAMETERS, parameter));
  }

  private static boolean isOneOf(List<Class<? extends Parameter>> kinds, Parameter parameter) {
    return kinds.stream().anyMatch(kind -> kind.isInstance(parameter));
  }
}
