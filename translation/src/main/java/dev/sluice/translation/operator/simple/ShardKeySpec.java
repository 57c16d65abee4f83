package dev.sluice.translation.operator.simple;

import dev.sluice.translation.operator.ElementReceiver;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.OperatorContext;
import dev.sluice.translation.operator.StepSpec;
import java.nio.ByteBuffer;
import java.util.Collection;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.util.ShardedKey;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.WindowedValue;
import org.joda.time.Instant;

/**
 * Spreads the elements of a key over shards: {@code KV<K, V>} becomes {@code KV<ShardedKey<K>, V>}
 * where the shard is the partition that the element is in. Beam's own expansion takes the thread
 * for it, which a replay could not repeat (DESIGN C1).
 */
public record ShardKeySpec() implements StepSpec {
  private static final long serialVersionUID = 1;

  @Override
  public Operator create(OperatorContext context) {
    byte[] shard = ByteBuffer.allocate(Integer.BYTES).putInt(context.partition()).array();
    return new ShardKeyOperator(context.output(0), shard);
  }

  private static final class ShardKeyOperator extends StatelessOperator {
    private final ElementReceiver output;
    private final byte[] shard;

    ShardKeyOperator(ElementReceiver output, byte[] shard) {
      this.output = output;
      this.shard = shard;
    }

    @Override
    public void process(int input, Key key, WindowedValue<?> element) throws Exception {
      output.accept(element.withValue(sharded(element.getValue())));
    }

    @Override
    public void process(
        Object value, Instant timestamp, Collection<? extends BoundedWindow> windows, PaneInfo pane)
        throws Exception {
      output.accept(sharded(value), timestamp, windows, pane);
    }

    private KV<?, ?> sharded(Object value) {
      KV<?, ?> pair = (KV<?, ?>) value;
      return KV.of(ShardedKey.of(pair.getKey(), shard), pair.getValue());
    }
  }
}
