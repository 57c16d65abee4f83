package dev.sluice.integration.differential;

import dev.sluice.integration.differential.Description.Again;
import dev.sluice.integration.differential.Description.Alone;
import dev.sluice.integration.differential.Description.Another;
import dev.sluice.integration.differential.Description.Before;
import dev.sluice.integration.differential.Description.Bounded;
import dev.sluice.integration.differential.Description.Branch;
import dev.sluice.integration.differential.Description.Forked;
import dev.sluice.integration.differential.Description.Group;
import dev.sluice.integration.differential.Description.Grouping;
import dev.sluice.integration.differential.Description.Stateful;
import dev.sluice.integration.differential.Description.Step;
import dev.sluice.integration.differential.Description.ViewShape;
import dev.sluice.integration.differential.Description.WithSideInput;
import dev.sluice.integration.differential.StatefulShape.Cell;
import dev.sluice.integration.differential.StatefulShape.Flavour;
import dev.sluice.integration.differential.StatefulShape.Output;
import dev.sluice.integration.differential.StatefulShape.TimerUse;
import dev.sluice.integration.differential.StatefulShape.Which;
import dev.sluice.integration.differential.StreamEvent.Clock;
import dev.sluice.integration.differential.StreamEvent.Element;
import dev.sluice.integration.differential.StreamEvent.Elements;
import dev.sluice.integration.differential.StreamEvent.Watermark;
import dev.sluice.integration.differential.TriggerShape.All;
import dev.sluice.integration.differential.TriggerShape.AroundEnd;
import dev.sluice.integration.differential.TriggerShape.AtExpiry;
import dev.sluice.integration.differential.TriggerShape.Count;
import dev.sluice.integration.differential.TriggerShape.Default;
import dev.sluice.integration.differential.TriggerShape.Delay;
import dev.sluice.integration.differential.TriggerShape.First;
import dev.sluice.integration.differential.TriggerShape.Forever;
import dev.sluice.integration.differential.TriggerShape.InOrder;
import dev.sluice.integration.differential.TriggerShape.Once;
import dev.sluice.integration.differential.TriggerShape.Until;
import dev.sluice.integration.differential.TriggerShape.WindowEnd;
import dev.sluice.integration.differential.WindowShape.Days;
import dev.sluice.integration.differential.WindowShape.Fixed;
import dev.sluice.integration.differential.WindowShape.Gap;
import dev.sluice.integration.differential.WindowShape.Global;
import dev.sluice.integration.differential.WindowShape.Growing;
import dev.sluice.integration.differential.WindowShape.Sliding;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.beam.sdk.transforms.windowing.TimestampCombiner;
import org.apache.beam.sdk.transforms.windowing.Window.ClosingBehavior;
import org.apache.beam.sdk.transforms.windowing.Window.OnTimeBehavior;

/** Makes a description of a seed. */
final class Generator {
  private static final int KEYS = 3;

  private final long seed;
  private final Random random;
  private int values;

  private Generator(long seed) {
    this.seed = seed;
    this.random = new Random(seed);
  }

  /** The description of a seed; always the same. */
  static Description description(long seed) {
    return new Generator(seed).description();
  }

  private Description description() {
    List<StreamEvent> events = events(3 + random.nextInt(10));
    Branch branch = branch();
    Before before = one(Before.values());
    boolean stateful = random.nextInt(4) == 0;
    WindowShape windows = windows(stateful);
    Windowing windowing = windowing(windows, stateful);
    Step step = stateful ? new Stateful(stateful()) : step();
    Optional<Again> again = random.nextInt(4) == 0 ? Optional.of(again()) : Optional.empty();
    return new Description(seed, events, branch, before, windowing, step, again);
  }

  private <T> T one(T[] all) {
    return all[random.nextInt(all.length)];
  }

  private List<StreamEvent> events(int count) {
    List<StreamEvent> events = new ArrayList<>();
    long watermark = 0;
    for (int i = 0; i < count; i++) {
      switch (random.nextInt(5)) {
        case 0 -> {
          watermark += 1 + random.nextInt(40);
          events.add(new Watermark(watermark));
        }
        case 1 -> events.add(new Clock(1 + random.nextInt(30)));
        default -> events.add(new Elements(elements(watermark)));
      }
    }
    return events;
  }

  /** Around the watermark: some on time, some late, some very late. */
  private List<Element> elements(long watermark) {
    List<Element> elements = new ArrayList<>();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      long timestamp = Math.max(0, watermark - 15 + random.nextInt(60));
      elements.add(new Element(random.nextInt(KEYS), ++values, timestamp));
    }
    return elements;
  }

  private Branch branch() {
    return switch (random.nextInt(8)) {
      case 0 -> new Forked();
      case 1 -> new Another(events(1 + random.nextInt(6)));
      case 2 -> new Bounded(elements(10));
      default -> new Alone();
    };
  }

  private WindowShape windows(boolean stateful) {
    return switch (random.nextInt(stateful ? 4 : 7)) {
      case 0 -> new Global();
      case 1 -> new Fixed(5 + random.nextInt(20), random.nextInt(5));
      case 2 -> new Sliding(10 + random.nextInt(20), 5 + random.nextInt(10));
      case 3 -> new Days(1);
      case 4, 5 -> new Gap(3 + random.nextInt(15));
      default -> new Growing(3 + random.nextInt(10));
    };
  }

  private Windowing windowing(WindowShape windows, boolean plain) {
    boolean late = random.nextInt(2) == 0;
    return new Windowing(
        windows,
        plain ? new Default() : trigger(),
        late ? random.nextInt(40) : 0,
        random.nextBoolean(),
        one(TimestampCombiner.values()),
        one(OnTimeBehavior.values()),
        one(ClosingBehavior.values()));
  }

  private TriggerShape trigger() {
    return switch (random.nextInt(10)) {
      case 0, 1, 2 -> new Default();
      case 3 -> new AtExpiry();
      case 4 -> new AroundEnd(random.nextBoolean() ? once(2) : null, once(2));
      case 5 -> new Forever(once(2));
      case 6 -> new InOrder(List.of(once(1), new Forever(once(1))));
      case 7 -> new Until(new Forever(once(1)), new WindowEnd());
      case 8 -> new Forever(new WindowEnd());
      default -> new AroundEnd(once(2), null);
    };
  }

  private Once once(int depth) {
    return switch (random.nextInt(depth > 0 ? 6 : 4)) {
      case 0 -> new WindowEnd();
      case 1, 2 -> new Count(1 + random.nextInt(4));
      case 3 -> new Delay(random.nextInt(20), random.nextBoolean() ? 0 : 10);
      case 4 -> new All(List.of(once(depth - 1), once(depth - 1)));
      default -> new First(List.of(once(depth - 1), once(depth - 1)));
    };
  }

  private Step step() {
    return random.nextInt(6) == 0
        ? new WithSideInput(one(ViewShape.values()), new Fixed(10 + random.nextInt(30), 0))
        : new Group(one(Grouping.values()));
  }

  private StatefulShape stateful() {
    Set<Cell> cells = EnumSet.noneOf(Cell.class);
    for (Cell cell : Cell.values()) {
      if (random.nextInt(3) == 0) {
        cells.add(cell);
      }
    }
    List<TimerUse> timers = new ArrayList<>();
    int count = random.nextInt(3);
    for (int i = 0; i < count; i++) {
      timers.add(
          new TimerUse(
              one(Which.values()),
              random.nextInt(20),
              one(Output.values()),
              random.nextInt(3),
              2 + random.nextInt(5)));
    }
    return new StatefulShape(
        one(Flavour.values()), cells, random.nextBoolean(), timers, random.nextBoolean());
  }

  private Again again() {
    Optional<Windowing> windowing =
        random.nextBoolean()
            ? Optional.empty()
            : Optional.of(windowing(windows(false), random.nextBoolean()));
    return new Again(1 + random.nextInt(KEYS), windowing);
  }
}
