package dev.sluice.translation.state;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.state.ReadableState;
import org.apache.beam.sdk.state.WatermarkHoldState;
import org.apache.beam.sdk.transforms.windowing.TimestampCombiner;
import org.joda.time.Instant;

/** A hold on the output watermark; every change of it reaches the partition's holds at once. */
final class HoldCell extends Cell implements WatermarkHoldState {
  private final TimestampCombiner combiner;
  private Instant hold;

  HoldCell(CellType type, NamespaceCells home, TimestampCombiner combiner) {
    super(type, home);
    this.combiner = combiner;
  }

  @Override
  public void add(Instant time) {
    Instant combined = hold == null ? time : combiner.combine(hold, time);
    if (!combined.equals(hold)) {
      hold(combined);
      changed();
    }
  }

  private void hold(Instant time) {
    if (time != null) {
      holds().add(time.getMillis());
    }
    if (hold != null) {
      holds().remove(hold.getMillis());
    }
    hold = time;
  }

  private WatermarkHolds holds() {
    return home.owner.step.holds();
  }

  @Override
  public Instant read() {
    return hold;
  }

  @Override
  public WatermarkHoldState readLater() {
    return this;
  }

  @Override
  public TimestampCombiner getTimestampCombiner() {
    return combiner;
  }

  @Override
  public ReadableState<Boolean> isEmpty() {
    return new Deferred<>(this::hasNothing);
  }

  @Override
  public void clear() {
    if (hold != null) {
      hold(null);
      changed();
    }
  }

  @Override
  boolean hasNothing() {
    return hold == null;
  }

  @Override
  void encode(OutputStream out) throws IOException {
    new DataOutputStream(out).writeLong(hold.getMillis());
  }

  @Override
  void decode(InputStream in) throws IOException {
    hold(read(in));
  }

  /** Reads what {@link #encode} wrote. */
  static Instant read(InputStream in) throws IOException {
    return Instant.ofEpochMilli(new DataInputStream(in).readLong());
  }

  @Override
  public String toString() {
    return "hold at " + hold;
  }
}
