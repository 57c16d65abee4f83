package dev.sluice.translation.state;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A restored row that nobody has asked for yet, so that its coder is not known. Watermark holds
 * hold already.
 */
final class DormantCell extends Cell {
  private byte[] row;

  /** When it holds, if it is a hold. */
  private long hold;

  DormantCell(CellType type, NamespaceCells home, byte[] row) throws IOException {
    super(type, home);
    this.row = row;
    if (type.kind() == CellKind.HOLD) {
      hold = HoldCell.read(new ByteArrayInputStream(row)).getMillis();
      holds().add(hold);
    }
  }

  /** Hands the contents over to the cell that takes its place. */
  void wake(Cell successor, InputStream in) throws IOException {
    if (type.kind() == CellKind.HOLD) {
      holds().remove(hold);
    }
    successor.decode(in);
  }

  @Override
  public void clear() {
    if (row != null) {
      if (type.kind() == CellKind.HOLD) {
        holds().remove(hold);
      }
      row = null;
      changed();
    }
  }

  byte[] row() {
    return row;
  }

  private WatermarkHolds holds() {
    return home.owner.step.holds();
  }

  @Override
  boolean hasNothing() {
    return row == null;
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
