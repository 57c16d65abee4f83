package dev.sluice.benchmarks.workload;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Where a job's results are counted: how many, and a sum of their hashes, which is the same in
 * whatever order they come and different when one is missing, wrong or there twice. All engines run
 * in one JVM here; a result finds its ledger by name, since the code that makes it is serialized.
 * Safe for use by many threads.
 */
public final class Ledger {
  private static final ConcurrentMap<String, Ledger> OPEN = new ConcurrentHashMap<>();
  private static final AtomicLong NAMES = new AtomicLong();

  /** The longest time that a pane may take, in microseconds: longer ones count as this. */
  private static final long MAX_DELAY = 120_000_000;

  private final String name;
  private final LongAdder results = new LongAdder();
  private final LongAdder sum = new LongAdder();
  private final ConcurrentHistogram delays = new ConcurrentHistogram(MAX_DELAY, 3);

  private Ledger(String name) {
    this.name = name;
  }

  /** A new one, to be closed. */
  public static Ledger open() {
    Ledger ledger = new Ledger("ledger-" + NAMES.incrementAndGet());
    OPEN.put(ledger.name, ledger);
    return ledger;
  }

  /** The open one of this name. */
  public static Ledger of(String name) {
    Ledger ledger = OPEN.get(name);
    if (ledger == null) {
      throw new IllegalStateException(
          name + " is not open in this process; results cannot be counted");
    }
    return ledger;
  }

  /** What {@link #of} finds it by. */
  public String name() {
    return name;
  }

  /**
   * Counts a result.
   *
   * @param key what it belongs to; empty if it belongs to all
   * @param time the beginning of its window, in milliseconds since 1970; 0 for none
   * @param value what it says
   */
  public void add(String key, long time, long value) {
    results.increment();
    sum.add(hash(key, time, value));
  }

  /** Counts results whose hashes were already summed up. */
  public void addAll(long count, long hashes) {
    results.add(count);
    sum.add(hashes);
  }

  /** The hash of a result. */
  public static long hash(String key, long time, long value) {
    return Mix.mix(Mix.mix(Mix.mix(key.hashCode()) + time) + value);
  }

  /** Records how long after its window's end a pane arrived, in microseconds. */
  public void delay(long micros) {
    delays.recordValue(Math.max(0, Math.min(MAX_DELAY, micros)));
  }

  /** How many results there are. */
  public long results() {
    return results.sum();
  }

  /** The sum of their hashes, as 16 hexadecimal digits. */
  public String checksum() {
    return String.format("%016x", sum.sum());
  }

  /** How long panes took, in microseconds. */
  public Histogram delays() {
    return delays;
  }

  /** Forgets it. */
  public void close() {
    OPEN.remove(name);
  }
}
