package dev.sluice.translation.operator.pardo;

import dev.sluice.translation.operator.ElementReceiver;
import dev.sluice.translation.operator.OperatorContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.util.UserCodeException;
import org.apache.beam.sdk.util.WindowedValueMultiReceiver;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.WindowedValue;

/** The outputs of a ParDo by tag. */
public final class TaggedOutputs implements WindowedValueMultiReceiver {
  private final TupleTag<?> mainTag;
  private final ElementReceiver main;
  private final Map<TupleTag<?>, ElementReceiver> receivers = new HashMap<>();

  /**
   * Finds the receivers.
   *
   * @param tags main output first
   */
  public TaggedOutputs(List<TupleTag<?>> tags, OperatorContext context) {
    mainTag = tags.get(0);
    main = context.output(0);
    for (int i = 0; i < tags.size(); i++) {
      receivers.put(tags.get(i), i == 0 ? main : context.output(i));
    }
  }

  /** Where the main output goes. */
  ElementReceiver main() {
    return main;
  }

  /**
   * Where an output goes.
   *
   * @throws IllegalArgumentException if the step has no such output
   */
  ElementReceiver receiver(TupleTag<?> tag) {
    if (mainTag.equals(tag)) {
      return main;
    }
    ElementReceiver receiver = receivers.get(tag);
    if (receiver == null) {
      throw new IllegalArgumentException(
          "Unknown output tag " + tag + "; ParDo.withOutputTags must declare every output");
    }
    return receiver;
  }

  @Override
  public <T> void output(TupleTag<T> tag, WindowedValue<T> element) {
    emit(receiver(tag), element);
  }

  /** Gives an element away; what the receiver throws comes back unchecked. */
  static void emit(ElementReceiver receiver, WindowedValue<?> element) {
    try {
      receiver.accept(element);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw UserCodeException.wrap(e);
    }
  }
}
