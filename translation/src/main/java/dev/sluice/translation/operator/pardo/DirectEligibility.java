package dev.sluice.translation.operator.pardo;

import java.util.List;
import org.apache.beam.sdk.transforms.reflect.DoFnSignature;
import org.apache.beam.sdk.transforms.reflect.DoFnSignature.MethodWithExtraParameters;
import org.apache.beam.sdk.transforms.reflect.DoFnSignature.Parameter;

/** Which DoFns {@link DirectFn} can serve. */
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
