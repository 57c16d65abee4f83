package dev.sluice.translation.operator.splittable;

import dev.sluice.translation.operator.BeamTime;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.OperatorContext;
import dev.sluice.translation.operator.StepSpec;
import java.nio.ByteBuffer;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.WindowedValue;

/**
 * Numbers elements, in place of drawing keys at random, so that a replay makes the same keys
 * (DESIGN C1). Takes any element, emits {@code KV<byte[], element>} with the key
 *
 * <pre>
 *   run 4 | partition 4 | batch 8 | number within the batch 4, big endian
 * </pre>
 */
public record UniqueKeySpec() implements StepSpec {
  private static final long serialVersionUID = 1;

  @Override
  public Operator create(OperatorContext context) {
    return new Numbering(context);
  }

  private static final class Numbering implements Operator {
    private final OperatorContext context;
    private int number;
    private long watermark = BeamTime.MIN;

    Numbering(OperatorContext context) {
      this.context = context;
    }

    @Override
    public void startBatch() {
      number = 0;
    }

    @Override
    public void process(int input, Key key, WindowedValue<?> element) throws Exception {
      byte[] unique =
          ByteBuffer.allocate(20)
              .putInt(context.run())
              .putInt(context.partition())
              .putLong(context.batch())
              .putInt(number++)
              .array();
      context.output(0).accept(element.withValue(KV.of(unique, element.getValue())));
    }

    @Override
    public void finishBatch(long inputWatermark) {
      watermark = inputWatermark;
    }

    @Override
    public long outputWatermark() {
      return watermark;
    }

    @Override
    public void close() {}
  }
}
