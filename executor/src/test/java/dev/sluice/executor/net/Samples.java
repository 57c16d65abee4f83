package dev.sluice.executor.net;

import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.JobSettings;
import dev.sluice.executor.block.Block;
import dev.sluice.executor.block.BlockStore;
import dev.sluice.executor.block.MemoryBudget;
import dev.sluice.executor.fixtures.Event;
import dev.sluice.executor.fixtures.EventCodec;
import dev.sluice.executor.fixtures.MemoryStorage;
import dev.sluice.executor.state.SnapshotRows;
import dev.sluice.executor.transport.Assignment;
import dev.sluice.executor.transport.Message;
import dev.sluice.executor.transport.control.Control;
import dev.sluice.executor.transport.control.StagedFile;
import java.lang.reflect.Array;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Makes a message of every type, by looking at the types. */
final class Samples {
  private final JobGraph graph = graph();
  private int next = 1;

  /** All types that may be sent by themselves. */
  static List<Class<?>> messageTypes() {
    List<Class<?>> leaves = new ArrayList<>();
    collect(Message.class, leaves);
    collect(Control.class, leaves);
    return leaves;
  }

  private static void collect(Class<?> type, List<Class<?>> leaves) {
    if (type.isSealed()) {
      for (Class<?> permitted : type.getPermittedSubclasses()) {
        collect(permitted, leaves);
      }
    } else {
      leaves.add(type);
    }
  }

  static JobGraph graph() {
    return new JobGraph("sample", List.of(), List.of(), List.of(), JobSettings.defaults());
  }

  /** A block of a few records. */
  static Block block(int records) {
    BlockStore store = new BlockStore("samples", new MemoryBudget(1 << 20), new MemoryStorage());
    try {
      var writer = store.writer(new EventCodec(), true);
      for (int i = 0; i < records; i++) {
        writer.append(Event.of("key" + i, i));
      }
      return writer.seal();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** A value of a type. */
  Object of(Type type) {
    if (type instanceof ParameterizedType parameterized) {
      return of((Class<?>) parameterized.getRawType(), parameterized.getActualTypeArguments());
    }
    Class<?> plain = (Class<?>) type;
    if (plain == StagedFile.class) {
      return new StagedFile("0123456789abcdef".repeat(4), "sample" + next++, next++);
    }
    if (plain.isRecord() && plain != JobGraph.class) {
      return ofRecord(plain);
    }
    if (plain.isArray()) {
      Object array = Array.newInstance(plain.getComponentType(), 3);
      for (int i = 0; i < 3; i++) {
        Array.set(array, i, of(plain.getComponentType()));
      }
      return array;
    }
    if (plain.isEnum()) {
      return plain.getEnumConstants()[next++ % plain.getEnumConstants().length];
    }
    if (plain.isSealed()) {
      return of(plain.getPermittedSubclasses()[next++ % plain.getPermittedSubclasses().length]);
    }
    return ofPlain(plain);
  }

  private Object ofPlain(Class<?> type) {
    int n = next++;
    if (type == int.class || type == Integer.class) {
      return n;
    } else if (type == long.class || type == Long.class) {
      return n * 0x100000001L;
    } else if (type == boolean.class || type == Boolean.class) {
      return n % 2 == 0;
    } else if (type == byte.class) {
      return (byte) n;
    } else if (type == double.class) {
      return n / 8.0;
    } else if (type == String.class) {
      return "text " + n + " ü€😀";
    } else if (type == JobGraph.class) {
      return graph;
    } else if (type == Object.class) {
      return "metrics " + n;
    } else if (type == Block.class) {
      return block(n % 5 + 1);
    } else if (type == SnapshotRows.class) {
      SnapshotRows rows = new SnapshotRows();
      rows.put("table", n, new byte[] {1, (byte) n}, new byte[] {2});
      rows.delete("other", n + 1, new byte[] {3});
      return rows;
    } else if (type == Assignment.class) {
      return Assignment.over(List.of(n, n + 2, n + 5));
    } else if (type.isAssignableFrom(IllegalStateException.class)) {
      return new IllegalStateException("failure " + n, new java.io.IOException("cause"));
    }
    throw new AssertionError("make a sample of " + type + " here");
  }

  private Object of(Class<?> raw, Type[] arguments) {
    if (raw == List.class || raw == Collection.class) {
      return List.of(of(arguments[0]), of(arguments[0]));
    } else if (raw == Set.class) {
      return Set.of(of(arguments[0]), of(arguments[0]));
    } else if (raw == SortedSet.class) {
      return new TreeSet<>(List.of(of(arguments[0]), of(arguments[0])));
    } else if (raw == Map.class) {
      return Map.of(of(arguments[0]), of(arguments[1]), of(arguments[0]), of(arguments[1]));
    } else if (raw == SortedMap.class) {
      return new TreeMap<>(Map.of(of(arguments[0]), of(arguments[1])));
    } else if (raw == Optional.class) {
      return Optional.of(of(arguments[0]));
    }
    throw new AssertionError("make a sample of " + raw + " here");
  }

  private Object ofRecord(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = of(components[i].getGenericType());
    }
    try {
      var constructor =
          type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError("make a valid sample of " + type + " here", e);
    }
  }
}
