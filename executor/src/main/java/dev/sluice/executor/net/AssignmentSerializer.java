package dev.sluice.executor.net;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import dev.sluice.executor.transport.Assignment;

/** The tables of an assignment. */
final class AssignmentSerializer extends Serializer<Assignment> {
  private static final FieldCodec INTS = FieldCodec.of(int[].class);

  AssignmentSerializer() {
    super(false, true);
  }

  @Override
  public void write(Kryo kryo, Output out, Assignment assignment) {
    MessageKryo own = (MessageKryo) kryo;
    out.writeVarLong(assignment.epoch(), true);
    out.writeVarInt(assignment.replication(), true);
    INTS.write(own, out, assignment.executors());
    INTS.write(own, out, assignment.owners());
    INTS.write(own, out, assignment.buddies());
  }

  @Override
  public Assignment read(Kryo kryo, Input in, Class<? extends Assignment> type) {
    MessageKryo own = (MessageKryo) kryo;
    long epoch = in.readVarLong(true);
    int replication = in.readVarInt(true);
    int[] executors = (int[]) INTS.read(own, in);
    int[] owners = (int[]) INTS.read(own, in);
    int[] buddies = (int[]) INTS.read(own, in);
    if (executors == null || owners == null || buddies == null) {
      throw new MalformedException("an assignment to nobody");
    }
    try {
      return Assignment.of(epoch, replication, executors, owners, buddies);
    } catch (IllegalArgumentException e) {
      throw new MalformedException(e.getMessage());
    }
  }
}
