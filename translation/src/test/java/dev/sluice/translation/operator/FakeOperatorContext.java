package dev.sluice.translation.operator;

import dev.sluice.executor.api.Grouping;
import dev.sluice.executor.api.KeyGroups;
import dev.sluice.executor.api.RecordCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.beam.runners.core.metrics.MetricsContainerImpl;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.values.WindowedValue;

/**
 * A stage around one operator under test: keeps what the operator emits, and lets the test say what
 * batch, time, views and options there are. Begins at batch 0 and processing time 0.
 *
 * <pre>
 *   FakeOperatorContext context = new FakeOperatorContext("step");
 *   Operator operator = spec.create(context);
 *   operator.startBatch();
 *   operator.process(0, null, element);
 *   operator.finishBatch(watermark);
 *   assertThat(context.values(0)).containsExactly(...);
 *   context.nextBatch();
 * </pre>
 */
public final class FakeOperatorContext implements OperatorContext {
  private static final int PARTITIONS = 4;

  private final String stepName;
  private final int partition;
  private final PipelineOptions options;
  private final Map<String, Object> shared;
  private final Map<Integer, List<WindowedValue<?>>> outputs = new TreeMap<>();
  private final Map<Integer, ElementReceiver> receivers = new HashMap<>();
  private final Map<Integer, Object> views = new HashMap<>();
  private long batch;
  private long processingTime;
  private boolean draining;
  private boolean wholeInput;
  private boolean takesSnapshots = true;
  private volatile boolean cancelled;
  private MetricsContainerImpl metrics;
  private final StepScope scope = new StageMetrics().scope(() -> metrics);

  /** Partition 0 of a step, with default options. */
  public FakeOperatorContext(String stepName) {
    this(stepName, PipelineOptionsFactory.create());
  }

  /** Partition 0 of a step. */
  public FakeOperatorContext(String stepName, PipelineOptions options) {
    this(stepName, 0, options, new LinkedHashMap<>());
  }

  private FakeOperatorContext(
      String stepName, int partition, PipelineOptions options, Map<String, Object> shared) {
    this.stepName = stepName;
    this.partition = partition;
    this.options = options;
    this.shared = shared;
    this.metrics = new MetricsContainerImpl(stepName);
  }

  /** Another partition of the same step in the same executor: shares what is shared. */
  public FakeOperatorContext sibling(int otherPartition) {
    return new FakeOperatorContext(stepName, otherPartition, options, shared);
  }

  /** The next batch begins: its number is one more, its metrics are fresh. */
  public void nextBatch() {
    batch++;
    metrics = new MetricsContainerImpl(stepName);
  }

  /** Sets the processing time of this and the following batches. */
  public void setProcessingTime(long millis) {
    processingTime = millis;
  }

  /** Sets the version of a view. */
  public void setView(int index, Object version) {
    views.put(index, version);
  }

  /** From now on the job is being drained. */
  public void drain() {
    draining = true;
  }

  /** From now on the job is cancelled. */
  public void cancel() {
    cancelled = true;
  }

  /** Says whether batches hold the whole input. */
  public void setWholeInput(boolean whole) {
    wholeInput = whole;
  }

  /** Sends an output somewhere else instead of keeping it. */
  public void redirect(int index, ElementReceiver receiver) {
    receivers.put(index, receiver);
  }

  /** From now on no snapshot is asked for. */
  public void takeNoSnapshots() {
    takesSnapshots = false;
  }

  /** How many of something an operator says to hold. */
  public static long held(Operator operator, String table) {
    Map<String, Long> held = new TreeMap<>();
    operator.inventory((name, count) -> held.merge(name, count, Long::sum));
    return held.getOrDefault(table, 0L);
  }

  /** What came out of an output since the last {@link #take}. */
  public List<WindowedValue<?>> outputs(int index) {
    return outputs.computeIfAbsent(index, unused -> new ArrayList<>());
  }

  /** The values that came out of an output since the last {@link #take}. */
  public List<Object> values(int index) {
    List<Object> values = new ArrayList<>();
    outputs(index).forEach(element -> values.add(element.getValue()));
    return values;
  }

  /** Returns what came out of an output and forgets it. */
  public List<WindowedValue<?>> take(int index) {
    List<WindowedValue<?>> taken = List.copyOf(outputs(index));
    outputs(index).clear();
    return taken;
  }

  /** The job ends: closes what is shared. */
  public void closeShared() throws Exception {
    for (Object object : shared.values()) {
      if (object instanceof AutoCloseable closeable) {
        closeable.close();
      }
    }
    shared.clear();
  }

  @Override
  public String stepName() {
    return stepName;
  }

  @Override
  public PipelineOptions options() {
    return options;
  }

  @Override
  public int partition() {
    return partition;
  }

  @Override
  public int partitions() {
    return PARTITIONS;
  }

  @Override
  public boolean takesSnapshots() {
    return takesSnapshots;
  }

  @Override
  public int maxParallelism() {
    return 128;
  }

  @Override
  public ElementReceiver output(int index) {
    if (receivers.get(index) instanceof KeyedReceiver keyed) {
      return keyed;
    }
    return element -> {
      ElementReceiver receiver = receivers.get(index);
      if (receiver != null) {
        receiver.accept(element);
      } else {
        outputs(index).add(element);
      }
    };
  }

  @Override
  public long batch() {
    return batch;
  }

  @Override
  public long processingTime() {
    return processingTime;
  }

  @Override
  public boolean draining() {
    return draining;
  }

  @Override
  public boolean wholeInput() {
    return wholeInput;
  }

  @Override
  public Object view(int index) {
    Object version = views.get(index);
    if (version == null) {
      throw new IllegalStateException("the test has set no version of view " + index);
    }
    return version;
  }

  @Override
  public MetricsContainerImpl metrics() {
    return metrics;
  }

  @Override
  public StepScope scope() {
    return scope;
  }

  @Override
  @SuppressWarnings("unchecked") // one name, one type: the operator's own promise
  public <T> T shared(String name, Supplier<T> make) {
    synchronized (shared) {
      return (T) shared.computeIfAbsent(name, unused -> make.get());
    }
  }

  @Override
  public long memoryBudget() {
    return 256 << 20;
  }

  @Override
  public Grouping grouping(RecordCodec valueCodec) {
    return new MemoryGrouping();
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  /** Groups in memory, in the canonical order. */
  private static final class MemoryGrouping implements Grouping {
    private final TreeMap<Key, List<Object>> groups = new TreeMap<>();

    @Override
    public void add(int hash, byte[] key, Object value) {
      if (hash != KeyGroups.hash(key)) {
        throw new IllegalArgumentException("not the hash of the key");
      }
      groups.computeIfAbsent(Key.of(key, hash), unused -> new ArrayList<>()).add(value);
    }

    @Override
    public void drain(GroupConsumer consumer) throws Exception {
      for (Map.Entry<Key, List<Object>> group : groups.entrySet()) {
        consumer.accept(group.getKey().bytes(), group.getValue());
      }
    }

    @Override
    public void close() {}
  }
}
