package dev.sluice.executor.simulation;

import dev.sluice.executor.api.ClockMode;
import dev.sluice.executor.api.Exchange;
import dev.sluice.executor.api.StageProgram;
import dev.sluice.executor.api.Watermarks;
import dev.sluice.executor.fixtures.Event;
import dev.sluice.executor.fixtures.GraphBuilder;
import dev.sluice.executor.fixtures.GraphBuilder.From;
import dev.sluice.executor.fixtures.ListSource;
import dev.sluice.executor.fixtures.Programs;
import dev.sluice.executor.fixtures.ScriptedSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;

/**
 * A job together with what it must give: the same computed plainly, without engine, batches or
 * partitions.
 */
enum Scenario {
  /** Stateless steps over every exchange. */
  STATELESS {
    @Override
    List<Event> build(GraphBuilder g, Random random, StageProgram sink) {
      List<List<Event>> splits = splits(random);
      int read = g.source("read", ListSource.of(splits));
      int twice =
          g.stage(
              "twice",
              parts(random),
              Programs.map(e -> new Event(e.key(), e.value() * 2, e.time())),
              From.of(read, Exchange.SCATTER));
      int even =
          g.stage(
              "every third",
              parts(random),
              Programs.map(e -> e.value() % 3 == 0 ? e : null),
              From.of(twice, random.nextBoolean() ? Exchange.FORWARD : Exchange.KEYED));
      sink(g, even, sink);
      return all(splits).stream()
          .map(e -> new Event(e.key(), e.value() * 2, e.time()))
          .filter(e -> e.value() % 3 == 0)
          .toList();
    }
  },

  /** Keyed state whose result depends on the order within a key, over two shuffles. */
  KEYED_STATE {
    @Override
    List<Event> build(GraphBuilder g, Random random, StageProgram sink) {
      List<List<Event>> splits = splits(random);
      for (int split = 0; split < splits.size(); split++) {
        String own = "s" + split + "-";
        splits.get(split).replaceAll(e -> new Event(own + e.key(), e.value(), e.time()));
      }
      int read = g.source("read", ListSource.of(splits));
      int sums =
          g.stage("sums", parts(random), Programs.runningSum(), From.of(read, Exchange.KEYED));
      int sumsOfSums =
          g.stage(
              "sums of sums", parts(random), Programs.runningSum(), From.of(sums, Exchange.KEYED));
      sink(g, sumsOfSums, sink);
      return runningSums(runningSums(all(splits)));
    }

    private List<Event> runningSums(List<Event> events) {
      Map<String, Long> sums = new TreeMap<>();
      return events.stream()
          .map(e -> new Event(e.key(), sums.merge(e.key(), e.value(), Long::sum), e.time()))
          .toList();
    }
  },

  /**
   * Event time: several unbounded streams with watermarks of their own into one input, windows,
   * then windows of these.
   */
  WINDOWS {
    @Override
    List<Event> build(GraphBuilder g, Random random, StageProgram sink) {
      List<Event> all = new ArrayList<>();
      From[] reads = new From[1 + random.nextInt(3)];
      for (int i = 0; i < reads.length; i++) {
        reads[i] = From.of(g.source("read " + i, stream(random, all)), Exchange.KEYED);
      }
      int narrow = g.stage("narrow", parts(random), Programs.windowedSum(10), reads);
      int wide =
          g.stage("wide", parts(random), Programs.windowedSum(40), From.of(narrow, Exchange.KEYED));
      sink(g, wide, sink);
      return sums(all, e -> Math.floorDiv(e, 40) * 40 + 39);
    }
  },

  /** Two inputs of one stage. */
  JOIN {
    @Override
    List<Event> build(GraphBuilder g, Random random, StageProgram sink) {
      List<List<Event>> left = splits(random);
      List<Event> right = new ArrayList<>();
      int readLeft = g.source("left", ListSource.of(left));
      int readRight = g.source("right", stream(random, right));
      int join =
          g.stage(
              "join",
              parts(random),
              Programs.joinAtEnd(),
              From.of(readLeft, Exchange.KEYED),
              From.of(readRight, Exchange.KEYED).to(1));
      sink(g, join, sink);
      Map<String, Long> rights = new TreeMap<>();
      right.forEach(e -> rights.merge(e.key(), e.value(), Long::sum));
      return sums(all(left), e -> 0).stream()
          .filter(e -> rights.containsKey(e.key()))
          .map(e -> Event.of(e.key(), e.value() * rights.get(e.key())))
          .toList();
    }
  },

  /** Views, and a view made by a stage that looks at another. */
  VIEWS {
    @Override
    List<Event> build(GraphBuilder g, Random random, StageProgram sink) {
      List<List<Event>> main = splits(random);
      List<List<Event>> first = splits(random);
      List<List<Event>> second = splits(random);
      int readFirst =
          g.source("first", ListSource.of(first), Programs.remembering(Programs.passOn()));
      int firstView = g.view(readFirst, Programs.table());
      int readSecond = g.source("second", ListSource.of(second));
      int secondView =
          g.view(
              g.lookingAt(firstView)
                  .stage(
                      "second by first",
                      parts(random),
                      Programs.remembering(Programs.lookUp()),
                      From.of(readSecond, Exchange.SCATTER)),
              Programs.table());
      int readMain = g.source("main", ListSource.of(main));
      int result =
          g.lookingAt(secondView)
              .stage(
                  "main by second",
                  parts(random),
                  Programs.lookUp(),
                  From.of(readMain, Exchange.SCATTER));
      sink(g, result, sink);
      Map<String, Long> firsts = sumOf(all(first));
      List<Event> seconds =
          all(second).stream()
              .map(e -> Event.of(e.key(), e.value() * firsts.getOrDefault(e.key(), 0L)))
              .toList();
      Map<String, Long> factors = sumOf(seconds);
      return all(main).stream()
          .map(e -> new Event(e.key(), e.value() * factors.getOrDefault(e.key(), 0L), e.time()))
          .toList();
    }
  },

  /**
   * Processing time on the way to the end: data that comes at the end and then has to wait, twice.
   */
  SETTLING {
    @Override
    List<Event> build(GraphBuilder g, Random random, StageProgram sink) {
      List<List<Event>> splits = splits(random);
      int read = g.source("read", ListSource.of(splits));
      int late =
          g.stage("late", parts(random), Programs.delay(1_000), From.of(read, Exchange.KEYED));
      int sums = g.stage("sums", parts(random), Programs.sumAtEnd(), From.of(late, Exchange.KEYED));
      int later =
          g.stage("later", parts(random), Programs.delay(3_600_000), From.of(sums, Exchange.KEYED));
      int again =
          g.stage("again", parts(random), Programs.sumAtEnd(), From.of(later, Exchange.KEYED));
      int last = g.stage("last", 1, Programs.delay(5), From.of(again, Exchange.GATHER));
      sink(g, last, sink);
      return sums(all(splits), e -> 0);
    }
  },

  /** A diamond: one stage feeds another along two ways, of which one waits. */
  DIAMOND {
    @Override
    List<Event> build(GraphBuilder g, Random random, StageProgram sink) {
      List<Event> all = new ArrayList<>();
      int read = g.source("read", stream(random, all));
      int left = g.stage("left", parts(random), Programs.passOn(), From.of(read, Exchange.FORWARD));
      int right =
          g.stage("right", parts(random), Programs.delay(20), From.of(read, Exchange.SCATTER));
      int sums =
          g.stage(
              "sums",
              parts(random),
              Programs.windowedSum(10),
              From.of(left, Exchange.KEYED),
              From.of(right, Exchange.KEYED),
              From.of(read, Exchange.KEYED));
      sink(g, sums, sink);
      List<Event> thrice = new ArrayList<>(all);
      thrice.addAll(all);
      thrice.addAll(all);
      return sums(thrice, e -> Math.floorDiv(e, 10) * 10 + 9);
    }
  },

  /**
   * Chance: whenever a record is looked at, it is given another token. Two stages behind it must
   * never see different ones: what was drawn once for a released task was drawn for good.
   */
  CHANCE {
    @Override
    List<Event> build(GraphBuilder g, Random random, StageProgram sink) {
      List<Event> all = new ArrayList<>();
      Tokens tokens = new Tokens(random.nextLong());
      int read =
          g.source("read", stream(random, all), Programs.map(e -> new Event(e.key(), 1, e.time())));
      int number =
          g.stage("number", parts(random), Programs.runningSum(), From.of(read, Exchange.KEYED));
      int draw =
          g.stage(
              "draw", parts(random), Programs.map(tokens::draw), From.of(number, Exchange.SCATTER));
      int left =
          g.stage(
              "left",
              parts(random),
              Programs.mapInRun(tokens::check),
              From.of(draw, Exchange.KEYED));
      int right =
          g.stage(
              "right",
              parts(random),
              Programs.mapInRun(tokens::check),
              From.of(draw, Exchange.SCATTER));
      int both =
          g.stage(
              "both",
              parts(random),
              Programs.windowedSum(10),
              From.of(left, Exchange.KEYED),
              From.of(right, Exchange.KEYED));
      sink(g, both, sink);
      List<Event> twice = new ArrayList<>();
      for (Event event : all) {
        Event one = new Event(event.key(), 1, event.time());
        twice.add(one);
        twice.add(one);
      }
      return sums(twice, e -> Math.floorDiv(e, 10) * 10 + 9);
    }
  },

  /** A script, each event carried to quiescence. */
  SCRIPT {
    @Override
    List<Event> build(GraphBuilder g, Random random, StageProgram sink) {
      g.settings(s -> s.withClockMode(ClockMode.SCRIPTED));
      ScriptedSource script = ScriptedSource.script();
      List<Event> all = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        Event event = new Event("k" + random.nextInt(3), random.nextInt(100), i);
        all.add(event);
        script.elements(event);
        if (random.nextBoolean()) {
          script.advance(random.nextInt(2_000));
        }
      }
      script.watermark(Watermarks.MAX);
      int read = g.source("read", script);
      int late =
          g.stage("late", parts(random), Programs.delay(1_000), From.of(read, Exchange.KEYED));
      int sums =
          g.stage("sums", parts(random), Programs.windowedSum(5), From.of(late, Exchange.KEYED));
      sink(g, sums, sink);
      return sums(all, e -> Math.floorDiv(e, 5) * 5 + 4);
    }
  };

  /** What was drawn for each record in the present run of the job. */
  private static final class Tokens {
    private final Random random;
    private final Map<String, Long> seen = new TreeMap<>();
    private int run;

    Tokens(long seed) {
      random = new Random(seed);
    }

    /** The event as {@code key~identity~token}. */
    Event draw(Event event) {
      return new Event(
          event.key() + "~" + event.time() + "/" + event.value() + "~" + random.nextInt(1 << 20),
          1,
          event.time());
    }

    /** The event without its token, which has to be the one that others have seen in this run. */
    Event check(int inRun, Event event) {
      if (inRun > run) {
        run = inRun;
        seen.clear();
      }
      String[] parts = event.key().split("~");
      if (inRun == run) {
        Long token = Long.valueOf(parts[2]);
        Long before = seen.putIfAbsent(parts[0] + parts[1], token);
        if (before != null && !before.equals(token)) {
          throw new IllegalStateException("two tokens of " + event + ", before it was " + before);
        }
      }
      return new Event(parts[0], event.value(), event.time());
    }
  }

  /** Builds the job; returns what must come to {@code sink}, in any order. */
  abstract List<Event> build(GraphBuilder g, Random random, StageProgram sink);

  /** Whether it is run as a streaming job. */
  boolean isStreaming() {
    return this == WINDOWS || this == JOIN || this == DIAMOND || this == CHANCE;
  }

  /** Whether draining it stops a source early. */
  boolean hasUnboundedSource() {
    return isStreaming() || this == SCRIPT;
  }

  static int parts(Random random) {
    return 1 + random.nextInt(5);
  }

  static void sink(GraphBuilder g, int stage, StageProgram sink) {
    g.stage("sink", 1, sink, From.of(stage, Exchange.GATHER));
  }

  static List<List<Event>> splits(Random random) {
    List<List<Event>> splits = new ArrayList<>();
    int count = parts(random);
    for (int i = 0; i < count; i++) {
      List<Event> split = new ArrayList<>();
      int size = random.nextInt(15);
      for (int j = 0; j < size; j++) {
        split.add(Event.of("k" + random.nextInt(6), random.nextInt(100)));
      }
      splits.add(split);
    }
    return splits;
  }

  /** An unbounded stream without late events; what it gives is added to {@code all}. */
  static ScriptedSource stream(Random random, List<Event> all) {
    ScriptedSource stream = ScriptedSource.stream().blinking(1 + random.nextInt(4));
    long watermark = 0;
    int size = random.nextInt(20);
    for (int i = 0; i < size; i++) {
      Event event =
          new Event("k" + random.nextInt(6), random.nextInt(100), watermark + random.nextInt(30));
      all.add(event);
      stream.elements(event);
      if (random.nextInt(3) == 0) {
        watermark += random.nextInt(25);
        stream.watermark(watermark);
      }
    }
    return stream.watermark(Watermarks.MAX);
  }

  static List<Event> all(List<List<Event>> splits) {
    List<Event> all = new ArrayList<>();
    splits.forEach(all::addAll);
    return all;
  }

  static Map<String, Long> sumOf(List<Event> events) {
    Map<String, Long> sums = new TreeMap<>();
    events.forEach(e -> sums.merge(e.key(), e.value(), Long::sum));
    return sums;
  }

  static List<Event> sums(List<Event> events, LongUnaryOperator window) {
    Map<Long, Map<String, Long>> windows = new TreeMap<>();
    for (Event e : events) {
      windows
          .computeIfAbsent(window.applyAsLong(e.time()), w -> new TreeMap<>())
          .merge(e.key(), e.value(), Long::sum);
    }
    List<Event> sums = new ArrayList<>();
    windows.forEach((end, byKey) -> byKey.forEach((k, v) -> sums.add(new Event(k, v, end))));
    return sums;
  }
}
