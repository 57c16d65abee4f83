package dev.sluice.translation.operator.stage;

import dev.sluice.translation.operator.DirectOperator;
import dev.sluice.translation.operator.ElementReceiver;
import dev.sluice.translation.operator.FailedStep;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.KeyedElement;
import dev.sluice.translation.operator.KeyedReceiver;
import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.stage.FusedStep.Target;
import dev.sluice.translation.operator.stage.FusedStep.ToStage;
import dev.sluice.translation.operator.stage.FusedStep.ToStep;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.ValueWithRecordId;
import org.apache.beam.sdk.values.WindowedValue;

/** Makes the receivers that lead from a step's outputs to the next steps and out of the stage. */
final class Router {
  private Router() {}

  /** One receiver for each output of the step; the steps after it exist already. */
  static List<ElementReceiver> receivers(
      FusedStep step, StepContext[] contexts, Operator[] operators, StageBatch batch) {
    List<ElementReceiver> receivers = new ArrayList<>();
    for (List<Target> targets : step.outputs()) {
      receivers.add(
          all(
              targets.stream()
                  .map(target -> receiver(target, contexts, operators, batch))
                  .toList()));
    }
    return receivers;
  }

  private static ElementReceiver all(List<ElementReceiver> receivers) {
    return switch (receivers.size()) {
      case 0 -> ElementReceiver.NONE;
      case 1 -> receivers.get(0);
      default -> {
        ElementReceiver[] each = receivers.toArray(ElementReceiver[]::new);
        yield element -> {
          for (ElementReceiver receiver : each) {
            receiver.accept(element);
          }
        };
      }
    };
  }

  private static ElementReceiver receiver(
      Target target, StepContext[] contexts, Operator[] operators, StageBatch batch) {
    if (target instanceof ToStep to) {
      Operator operator = operators[to.step()];
      String name = contexts[to.step()].stepName();
      return operator instanceof DirectOperator direct
          ? direct.entry(name)
          : new ToOperator(operator, to.input(), name);
    }
    ToStage out = (ToStage) target;
    if (out.kind() instanceof StageOutput.Keyed keyed) {
      return new ToKeys(out.output(), keyed.keyCoder(), batch);
    }
    return element -> batch.emit(out.output(), 0, element);
  }

  /** What an element of a keyed input is keyed by. */
  static Object keyOf(Object value) {
    return value instanceof ValueWithRecordId<?> identified
        ? identified.getId()
        : ((KV<?, ?>) value).getKey();
  }

  /** Leads to the partitions of keys. */
  private record ToKeys(int output, Coder<?> keyCoder, StageBatch batch) implements KeyedReceiver {
    @Override
    @SuppressWarnings({"unchecked", "rawtypes"}) // the key coder is the one of the elements' keys
    public void accept(WindowedValue<?> element) throws Exception {
      accept(Key.encode((Coder) keyCoder, keyOf(element.getValue())), element);
    }

    @Override
    public void accept(Key key, WindowedValue<?> element) {
      batch.emit(output, key.hash(), new KeyedElement(key, element));
    }
  }

  /** Hands over to a step that takes elements in their wrapper. */
  private record ToOperator(Operator operator, int input, String name) implements ElementReceiver {
    @Override
    public void accept(WindowedValue<?> element) throws Exception {
      try {
        operator.process(input, null, element);
      } catch (Exception | Error e) {
        FailedStep.noteElement(e, name, element.getValue());
        throw e;
      }
    }
  }
}
