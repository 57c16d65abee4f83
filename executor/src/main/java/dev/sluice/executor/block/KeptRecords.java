package dev.sluice.executor.block;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;

/**
 * Records that are on disk already and are therefore not written with their neighbours: in their
 * place stands a number. They go with the blocks and groups that refer to them. Any thread.
 */
final class KeptRecords {
  @GuardedBy("this")
  private final List<Object> records = new ArrayList<>(0);

  /** Keeps a record and gives its number, from 0. */
  synchronized int add(Object record) {
    records.add(record);
    return records.size() - 1;
  }

  synchronized Object get(int number) {
    return records.get(number);
  }
}
