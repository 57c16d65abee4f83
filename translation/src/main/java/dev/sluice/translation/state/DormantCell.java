package dev.sluice.translation.state;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.joda.time.Instant;

/**
 * A restored row that nobody has asked for yet, so that its coder is not known. Watermark holds
 * hold already.
 */
final class DormantCell extends Cell {
  private final byte[] row;

  DormantCell(CellType type, NamespaceCells home, byte[] row) throws IOException {
    super(type, home);
    this.row = row;
    if (type.kind() == CellKind.HOLD) {
      holds().add(holdTime());
    }
  }

  /** Hands the contents over to the cell that takes its place. */
  void wake(Cell successor, InputStream in) throws IOException {
    if (type.kind() == CellKind.HOLD) {
      holds().remove(holdTime());
    }
    successor.decode(in);
  }

  byte[] row() {
    return row;
  }

  private Instant holdInstant() throws IOException {
    return HoldCell.read(new ByteArrayInputStream(row));
  }

  private long holdTime() throws IOException {
    return holdInstant().getMillis();
  }

  private WatermarkHolds holds() {
    return home.owner.step.holds();
  }

  @Override
  boolean hasNothing() {
    return false;
  }

  @Override
  void encode(OutputStream out) throws IOException {
    out.write(row);
  }

  @Override
  void decode(InputStream in) {
    throw new IllegalStateException("a dormant cell is made with its row");
  }
}
