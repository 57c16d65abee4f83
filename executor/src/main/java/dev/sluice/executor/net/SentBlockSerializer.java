package dev.sluice.executor.net;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import dev.sluice.executor.transport.SentBlock;

/** The place of a block; its bytes follow the message. */
final class SentBlockSerializer extends Serializer<SentBlock> {
  SentBlockSerializer() {
    super(false, true);
  }

  @Override
  public void write(Kryo kryo, Output out, SentBlock sent) {
    out.writeVarInt(sent.edge(), false);
    out.writeVarInt(sent.producer(), true);
    out.writeVarInt(sent.consumer(), true);
    ((MessageKryo) kryo).attach(new Attachment(sent.edge(), sent.block()));
  }

  @Override
  public SentBlock read(Kryo kryo, Input in, Class<? extends SentBlock> type) {
    return new SentBlock(
        in.readVarInt(false),
        in.readVarInt(true),
        in.readVarInt(true),
        ((MessageKryo) kryo).nextBlock());
  }
}
