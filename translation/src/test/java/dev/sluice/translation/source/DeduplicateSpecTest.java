package dev.sluice.translation.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.translation.operator.BeamTime;
import dev.sluice.translation.operator.FakeOperatorContext;
import dev.sluice.translation.operator.FakeSnapshot;
import dev.sluice.translation.operator.Key;
import dev.sluice.translation.operator.Operator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.values.ValueWithRecordId;
import org.apache.beam.sdk.values.WindowedValues;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

class DeduplicateSpecTest {
  private final FakeOperatorContext context = new FakeOperatorContext("read/dedup");
  private final FakeSnapshot snapshot = new FakeSnapshot();

  private Operator operator() throws Exception {
    return new DeduplicateSpec().create(context);
  }

  private void give(Operator operator, String id, String value) throws Exception {
    byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
    operator.process(
        0,
        Key.encode(ByteArrayCoder.of(), bytes),
        WindowedValues.timestampedValueInGlobalWindow(
            new ValueWithRecordId<>(value, bytes), new Instant(1)));
  }

  @Test
  void letsTheFirstOfEachIdThroughWithoutItsId() throws Exception {
    Operator operator = operator();
    give(operator, "1", "a");
    give(operator, "2", "a");
    give(operator, "1", "b");
    operator.finishBatch(5);

    assertThat(context.outputs(0))
        .isEqualTo(
            List.of(
                WindowedValues.timestampedValueInGlobalWindow("a", new Instant(1)),
                WindowedValues.timestampedValueInGlobalWindow("a", new Instant(1))));
    assertThat(operator.outputWatermark()).isEqualTo(5);
  }

  @Test
  void forgetsAnIdThatWasNotSeenForTenMinutes() throws Exception {
    Operator operator = operator();
    give(operator, "1", "a");
    context.setProcessingTime(DeduplicateSpec.REMEMBERED_MILLIS - 1);
    give(operator, "1", "b");
    context.setProcessingTime(2 * DeduplicateSpec.REMEMBERED_MILLIS - 2);
    give(operator, "1", "c");
    context.setProcessingTime(3 * DeduplicateSpec.REMEMBERED_MILLIS - 2);
    give(operator, "1", "d");

    assertThat(context.values(0)).containsExactly("a", "d");
  }

  @Test
  void remembersOnlyTheLatest() throws Exception {
    SeenIds seen = new SeenIds(128, 1000, 2);
    Key[] keys = {Key.of(new byte[] {1}), Key.of(new byte[] {2}), Key.of(new byte[] {3})};
    assertThat(seen.add(keys[0], 0)).isTrue();
    assertThat(seen.add(keys[1], 0)).isTrue();
    assertThat(seen.add(keys[0], 0)).isFalse();
    assertThat(seen.add(keys[2], 0)).isTrue();
    assertThat(seen.add(keys[0], 0)).isFalse();
    assertThat(seen.add(keys[1], 0)).isTrue();
  }

  @Test
  void repeatsNothingAcrossARestoreAndLeavesNothingAtTheEnd() throws Exception {
    Operator operator = operator();
    give(operator, "1", "a");
    give(operator, "2", "b");
    operator.snapshot(snapshot, false);
    operator.snapshotCommitted(true);
    give(operator, "3", "c");
    operator.snapshot(snapshot, false);
    operator.snapshotCommitted(true);
    assertThat(snapshot.size()).isEqualTo(3);

    Operator restored = operator();
    restored.restore(snapshot);
    give(restored, "1", "a");
    give(restored, "3", "c");
    give(restored, "4", "d");
    assertThat(context.values(0)).containsExactly("a", "b", "c", "d");

    restored.finishBatch(BeamTime.MAX);
    restored.snapshot(snapshot, false);
    assertThat(snapshot.size()).isZero();
  }
}
