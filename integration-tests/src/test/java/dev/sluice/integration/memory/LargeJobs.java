package dev.sluice.integration.memory;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.coders.IterableCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.io.GenerateSequence;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.transforms.Values;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.transforms.join.CoGbkResult;
import org.apache.beam.sdk.transforms.join.CoGroupByKey;
import org.apache.beam.sdk.transforms.join.KeyedPCollectionTuple;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TupleTag;

/**
 * Pipelines over any amount of data, which check what comes out. Values are byte arrays that begin
 * with their number, so that none may be lost, doubled or damaged unseen.
 *
 * @param records how many values
 * @param bytes how large each of them is
 * @param largeBytes how large each thousandth is
 */
public record LargeJobs(long records, int bytes, int largeBytes) implements Serializable {
  private static final AtomicLong SEEN = new AtomicLong();
  private static final AtomicLong SUM = new AtomicLong();

  /** What a job does with its values. */
  public enum Kind {
    /** Groups by many keys, a hundred values each. */
    MANY_KEYS,
    /** Groups by one key, and iterates its values twice. */
    ONE_KEY,
    /** Groups by one key, reshuffles the group, and iterates it twice in the stage behind. */
    ONE_KEY_RESHUFFLED,
    /** Groups by two keys, groups the groups by one, and iterates them all twice. */
    REGROUPED,
    /** Counts by keys that are all distinct. */
    COMBINE,
    /** Combines everything into one count and one sum. */
    COMBINE_GLOBALLY,
    /** Joins two halves by key, a hundred values each. */
    JOIN,
    /** Joins two halves by two keys. */
    JOIN_OF_LARGE_KEYS,
    /** Reshuffles. */
    RESHUFFLE,
    /** Reshuffles what an unbounded source has, at once, before a consumer that takes long. */
    STREAM;

    /** How often each value is seen. */
    int times() {
      return switch (this) {
        case ONE_KEY, ONE_KEY_RESHUFFLED, REGROUPED -> 2;
        case MANY_KEYS, COMBINE, COMBINE_GLOBALLY, JOIN, JOIN_OF_LARGE_KEYS, RESHUFFLE, STREAM -> 1;
      };
    }
  }

  /**
   * Runs one: arguments are the kind, the number of records, their size, the size of each
   * thousandth, and pipeline options. Prints the seconds it took.
   */
  public static void main(String[] arguments) {
    long start = System.nanoTime();
    new LargeJobs(
            Long.parseLong(arguments[1]),
            Integer.parseInt(arguments[2]),
            Integer.parseInt(arguments[3]))
        .run(Kind.valueOf(arguments[0]), Arrays.copyOfRange(arguments, 4, arguments.length));
    System.out.printf("right, after %.1f s%n", (System.nanoTime() - start) / 1e9);
  }

  /** Runs a job, and checks what came out. */
  public void run(Kind kind, String... options) {
    SEEN.set(0);
    SUM.set(0);
    List<String> all = new ArrayList<>(List.of("--runner=SluiceRunner", "--progress=OFF"));
    all.addAll(List.of(options));
    Pipeline pipeline =
        Pipeline.create(PipelineOptionsFactory.fromArgs(all.toArray(String[]::new)).create());
    build(kind, pipeline);
    PipelineResult.State state = pipeline.run().waitUntilFinish();
    if (state != PipelineResult.State.DONE) {
      throw new AssertionError("the pipeline ended as " + state);
    }
    long wanted = kind.times();
    check("values", wanted * records, SEEN.get());
    check("sum of the values' numbers", wanted * (records * (records - 1) / 2), SUM.get());
  }

  private static void check(String what, long expected, long actual) {
    if (expected != actual) {
      throw new AssertionError(what + ": " + actual + " instead of " + expected);
    }
  }

  private void build(Kind kind, Pipeline pipeline) {
    switch (kind) {
      case MANY_KEYS -> grouped(pipeline, records / 100).apply(ParDo.of(new Iterating(1)));
      case ONE_KEY -> grouped(pipeline, 1).apply(ParDo.of(new Iterating(2)));
      case ONE_KEY_RESHUFFLED ->
          grouped(pipeline, 1).apply(Reshuffle.viaRandomKey()).apply(ParDo.of(new Iterating(2)));
      case REGROUPED ->
          grouped(pipeline, 2)
              .apply(WithKeys.<Long, KV<Long, Iterable<byte[]>>>of(0L))
              .setCoder(
                  KvCoder.of(
                      VarLongCoder.of(),
                      KvCoder.of(VarLongCoder.of(), IterableCoder.of(ByteArrayCoder.of()))))
              .apply("Regroup", GroupByKey.create())
              .apply(Values.create())
              .apply(Flatten.iterables())
              .apply(ParDo.of(new Iterating(2)));
      case COMBINE ->
          values(pipeline, "All", 0, records)
              .apply(Count.perElement())
              .apply(ParDo.of(new Counted()));
      case COMBINE_GLOBALLY ->
          values(pipeline, "All", 0, records)
              .apply(Combine.globally(new CountAndSum()))
              .apply(ParDo.of(new Summed()));
      case JOIN -> join(pipeline, Math.max(1, records / 100));
      case JOIN_OF_LARGE_KEYS -> join(pipeline, 2);
      case RESHUFFLE ->
          values(pipeline, "All", 0, records)
              .apply(Reshuffle.viaRandomKey())
              .apply(ParDo.of(new Counting(1)));
      case STREAM ->
          pipeline
              .apply(Read.from(new ValuesAtOnce(this)))
              .apply(Reshuffle.viaRandomKey())
              .apply(ParDo.of(new Counting(20)));
    }
  }

  private PCollection<KV<Long, Iterable<byte[]>>> grouped(Pipeline pipeline, long keys) {
    return values(pipeline, "All", 0, records)
        .apply(ParDo.of(new Keyed(keys)))
        .setCoder(KvCoder.of(VarLongCoder.of(), ByteArrayCoder.of()))
        .apply(GroupByKey.create());
  }

  private void join(Pipeline pipeline, long keys) {
    TupleTag<byte[]> left = new TupleTag<>();
    TupleTag<byte[]> right = new TupleTag<>();
    KvCoder<Long, byte[]> coder = KvCoder.of(VarLongCoder.of(), ByteArrayCoder.of());
    KeyedPCollectionTuple.of(
            left,
            values(pipeline, "Left", 0, records / 2)
                .apply("KeyLeft", ParDo.of(new Keyed(keys)))
                .setCoder(coder))
        .and(
            right,
            values(pipeline, "Right", records / 2, records)
                .apply("KeyRight", ParDo.of(new Keyed(keys)))
                .setCoder(coder))
        .apply(CoGroupByKey.create())
        .apply(ParDo.of(new Joined(left, right)));
  }

  private PCollection<byte[]> values(Pipeline pipeline, String name, long from, long to) {
    return pipeline
        .apply(name, GenerateSequence.from(from).to(to))
        .apply(name + "Values", ParDo.of(new Filling(this)))
        .setCoder(ByteArrayCoder.of());
  }

  /** The value with a number. */
  byte[] value(long number) {
    byte[] value = new byte[number % 1000 == 999 ? largeBytes : bytes];
    for (int i = 0; i < 8; i++) {
      value[i] = (byte) (number >>> (8 * (7 - i)));
    }
    value[value.length - 1] = (byte) number;
    return value;
  }

  private static long numberOf(byte[] value) {
    long number = 0;
    for (int i = 0; i < 8; i++) {
      number = (number << 8) | (value[i] & 0xff);
    }
    if (value[value.length - 1] != (byte) number) {
      throw new AssertionError("value " + number + " is damaged");
    }
    return number;
  }

  private static void seen(byte[] value) {
    SEEN.incrementAndGet();
    SUM.addAndGet(numberOf(value));
  }

  static final class Filling extends DoFn<Long, byte[]> {
    private static final long serialVersionUID = 1;
    private final LargeJobs values;

    Filling(LargeJobs values) {
      this.values = values;
    }

    @ProcessElement
    public void process(@Element Long number, OutputReceiver<byte[]> out) {
      out.output(values.value(number));
    }
  }

  static final class Keyed extends DoFn<byte[], KV<Long, byte[]>> {
    private static final long serialVersionUID = 1;
    private final long keys;

    Keyed(long keys) {
      this.keys = keys;
    }

    @ProcessElement
    public void process(@Element byte[] value, OutputReceiver<KV<Long, byte[]>> out) {
      out.output(KV.of(numberOf(value) % keys, value));
    }
  }

  static final class Iterating extends DoFn<KV<Long, Iterable<byte[]>>, Long> {
    private static final long serialVersionUID = 1;
    private final int times;

    Iterating(int times) {
      this.times = times;
    }

    @ProcessElement
    public void process(@Element KV<Long, Iterable<byte[]>> group) {
      for (int i = 0; i < times; i++) {
        group.getValue().forEach(LargeJobs::seen);
      }
    }
  }

  static final class Counting extends DoFn<byte[], Long> {
    private static final long serialVersionUID = 1;
    private final int rounds;

    Counting(int rounds) {
      this.rounds = rounds;
    }

    @ProcessElement
    public void process(@Element byte[] value) {
      CRC32C checksum = new CRC32C();
      for (int i = 1; i < rounds; i++) {
        checksum.update(value);
      }
      if (checksum.getValue() >= 0) {
        seen(value);
      }
    }
  }

  static final class CountAndSum extends Combine.CombineFn<byte[], List<Long>, List<Long>> {
    private static final long serialVersionUID = 1;

    @Override
    public List<Long> createAccumulator() {
      return List.of(0L, 0L);
    }

    @Override
    public List<Long> addInput(List<Long> to, byte[] value) {
      return List.of(to.get(0) + 1, to.get(1) + numberOf(value));
    }

    @Override
    public List<Long> mergeAccumulators(Iterable<List<Long>> all) {
      long count = 0;
      long sum = 0;
      for (List<Long> one : all) {
        count += one.get(0);
        sum += one.get(1);
      }
      return List.of(count, sum);
    }

    @Override
    public List<Long> extractOutput(List<Long> countAndSum) {
      return countAndSum;
    }

    @Override
    public Coder<List<Long>> getAccumulatorCoder(CoderRegistry registry, Coder<byte[]> input) {
      return ListCoder.of(VarLongCoder.of());
    }

    @Override
    public Coder<List<Long>> getDefaultOutputCoder(CoderRegistry registry, Coder<byte[]> input) {
      return ListCoder.of(VarLongCoder.of());
    }
  }

  static final class Summed extends DoFn<List<Long>, Long> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element List<Long> countAndSum) {
      SEEN.addAndGet(countAndSum.get(0));
      SUM.addAndGet(countAndSum.get(1));
    }
  }

  static final class Counted extends DoFn<KV<byte[], Long>, Long> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element KV<byte[], Long> count) {
      for (long i = 0; i < count.getValue(); i++) {
        seen(count.getKey());
      }
    }
  }

  static final class Joined extends DoFn<KV<Long, CoGbkResult>, Long> {
    private static final long serialVersionUID = 1;
    private final TupleTag<byte[]> left;
    private final TupleTag<byte[]> right;

    Joined(TupleTag<byte[]> left, TupleTag<byte[]> right) {
      this.left = left;
      this.right = right;
    }

    @ProcessElement
    public void process(@Element KV<Long, CoGbkResult> joined) {
      joined.getValue().getAll(left).forEach(LargeJobs::seen);
      joined.getValue().getAll(right).forEach(LargeJobs::seen);
    }
  }
}
