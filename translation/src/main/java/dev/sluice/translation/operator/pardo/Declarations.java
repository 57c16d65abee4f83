package dev.sluice.translation.operator.pardo;

import java.lang.reflect.Field;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.beam.runners.core.StateTag;
import org.apache.beam.runners.core.StateTags;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.reflect.DoFnSignature;
import org.apache.beam.sdk.transforms.reflect.DoFnSignatures;

/** The state and timers that one instance of a DoFn declares, by id. */
final class Declarations {
  private final Map<String, StateTag<?>> states = new LinkedHashMap<>();
  private final Map<String, TimerSpec> timers = new HashMap<>();
  private final Map<String, TimerSpec> families = new HashMap<>();

  // what was asked for last: most DoFns have one state and one timer
  private String lastState;
  private StateTag<?> lastTag;
  private String lastTimer;
  private TimerSpec lastSpec;

  Declarations(DoFn<?, ?> fn) {
    DoFnSignature signature = DoFnSignatures.getSignature(fn.getClass());
    signature
        .stateDeclarations()
        .forEach(
            (id, declaration) ->
                states.put(
                    id, StateTags.tagForSpec(id, (StateSpec<?>) value(declaration.field(), fn))));
    signature
        .timerDeclarations()
        .forEach((id, declaration) -> timers.put(id, (TimerSpec) value(declaration.field(), fn)));
    signature
        .timerFamilyDeclarations()
        .forEach((id, declaration) -> families.put(id, (TimerSpec) value(declaration.field(), fn)));
  }

  private static Object value(Field field, DoFn<?, ?> fn) {
    try {
      Object value = field.get(fn);
      if (value == null) {
        throw new IllegalStateException(field + " declares state or a timer and is null");
      }
      return value;
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(field + " cannot be read", e);
    }
  }

  Collection<StateTag<?>> stateTags() {
    return states.values();
  }

  @SuppressWarnings({"StringEquality", "ReferenceEquality"}) // the same constant is mostly given
  StateTag<?> stateTag(String id) {
    if (id != lastState) {
      lastTag = found(states.get(id), id);
      lastState = id;
    }
    return lastTag;
  }

  @SuppressWarnings({"StringEquality", "ReferenceEquality"}) // the same constant is mostly given
  TimerSpec timer(String id) {
    if (id != lastTimer) {
      lastSpec = found(timers.get(id), id);
      lastTimer = id;
    }
    return lastSpec;
  }

  TimerSpec family(String id) {
    return found(families.get(id), id);
  }

  private static <T> T found(T declared, String id) {
    if (declared == null) {
      throw new IllegalStateException("the DoFn declares nothing of the id " + id);
    }
    return declared;
  }
}
