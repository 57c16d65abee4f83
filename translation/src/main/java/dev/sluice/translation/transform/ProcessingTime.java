package dev.sluice.translation.transform;

import java.util.Map;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.reflect.DoFnSignature;
import org.apache.beam.sdk.transforms.reflect.DoFnSignatures;

/** Says whether a step may have something to do because time passes on the clock. */
final class ProcessingTime {
  private ProcessingTime() {}

  /** Whether the DoFn has timers on the clock. */
  static boolean isUsedBy(DoFn<?, ?> fn) {
    DoFnSignature signature = DoFnSignatures.getSignature(fn.getClass());
    for (Map.Entry<String, DoFnSignature.TimerDeclaration> timer :
        signature.timerDeclarations().entrySet()) {
      if (DoFnSignatures.getTimerSpecOrThrow(timer.getValue(), fn).getTimeDomain()
          != TimeDomain.EVENT_TIME) {
        return true;
      }
    }
    for (DoFnSignature.TimerFamilyDeclaration family :
        signature.timerFamilyDeclarations().values()) {
      if (DoFnSignatures.getTimerFamilySpecOrThrow(family, fn).getTimeDomain()
          != TimeDomain.EVENT_TIME) {
        return true;
      }
    }
    return false;
  }
}
