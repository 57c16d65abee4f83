package dev.sluice.executor.net;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import dev.sluice.executor.transport.Assignment;
import java.util.Arrays;

/** The numbers of the executors. */
final class AssignmentSerializer extends Serializer<Assignment> {
  private static final FieldCodec INTS = FieldCodec.of(int[].class);

  AssignmentSerializer() {
    super(false, true);
  }

  @Override
  public void write(Kryo kryo, Output out, Assignment assignment) {
    INTS.write((MessageKryo) kryo, out, assignment.executors());
  }

  @Override
  public Assignment read(Kryo kryo, Input in, Class<? extends Assignment> type) {
    int[] executors = (int[]) INTS.read((MessageKryo) kryo, in);
    if (executors == null || executors.length == 0) {
      throw new MalformedException("an assignment to nobody");
    }
    return Assignment.over(Arrays.stream(executors).boxed().toList());
  }
}
