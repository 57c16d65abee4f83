package dev.sluice.integration.differential;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.transforms.windowing.AfterAll;
import org.apache.beam.sdk.transforms.windowing.AfterEach;
import org.apache.beam.sdk.transforms.windowing.AfterFirst;
import org.apache.beam.sdk.transforms.windowing.AfterPane;
import org.apache.beam.sdk.transforms.windowing.AfterProcessingTime;
import org.apache.beam.sdk.transforms.windowing.AfterWatermark;
import org.apache.beam.sdk.transforms.windowing.DefaultTrigger;
import org.apache.beam.sdk.transforms.windowing.Never;
import org.apache.beam.sdk.transforms.windowing.Repeatedly;
import org.apache.beam.sdk.transforms.windowing.Trigger;
import org.apache.beam.sdk.transforms.windowing.Trigger.OnceTrigger;
import org.joda.time.Duration;

/** A trigger. */
sealed interface TriggerShape extends Serializable {

  /** Makes Beam's. */
  Trigger trigger();

  /** The triggers this one is made of. */
  default List<? extends TriggerShape> parts() {
    return List.of();
  }

  /** Whether the watermark alone decides when it fires. */
  default boolean byWatermark() {
    return parts().stream().allMatch(TriggerShape::byWatermark);
  }

  /** Whether the clock has a say in when it fires. */
  default boolean byClock() {
    return parts().stream().anyMatch(TriggerShape::byClock);
  }

  /** One that fires at most once. */
  sealed interface Once extends TriggerShape {
    @Override
    OnceTrigger trigger();
  }

  /** Beam's default. */
  record Default() implements TriggerShape {
    @Override
    public Trigger trigger() {
      return DefaultTrigger.of();
    }
  }

  /** Fires only when the window is given up. */
  record AtExpiry() implements TriggerShape {
    @Override
    public Trigger trigger() {
      return Never.ever();
    }
  }

  /** The end of the window. */
  record WindowEnd() implements Once {
    @Override
    public OnceTrigger trigger() {
      return AfterWatermark.pastEndOfWindow();
    }
  }

  /** The end of the window, and before and after it; either may be null, but not both. */
  record AroundEnd(Once early, Once late) implements TriggerShape {
    @Override
    public Trigger trigger() {
      AfterWatermark.FromEndOfWindow end = AfterWatermark.pastEndOfWindow();
      if (early == null) {
        return end.withLateFirings(late.trigger());
      }
      AfterWatermark.AfterWatermarkEarlyAndLate around = end.withEarlyFirings(early.trigger());
      return late == null ? around : around.withLateFirings(late.trigger());
    }

    @Override
    public List<? extends TriggerShape> parts() {
      return Stream.of(early, late).filter(part -> part != null).toList();
    }
  }

  /** So many elements. */
  record Count(int count) implements Once {
    @Override
    public OnceTrigger trigger() {
      return AfterPane.elementCountAtLeast(count);
    }

    @Override
    public boolean byWatermark() {
      return false;
    }
  }

  /** So long after the first element, rounded up to a multiple of the period if that is not 0. */
  record Delay(long delay, long period) implements Once {
    @Override
    public OnceTrigger trigger() {
      AfterProcessingTime after =
          AfterProcessingTime.pastFirstElementInPane().plusDelayOf(Duration.millis(delay));
      return period == 0 ? after : after.alignedTo(Duration.millis(period));
    }

    @Override
    public boolean byWatermark() {
      return false;
    }

    @Override
    public boolean byClock() {
      return true;
    }
  }

  /** Again and again. */
  record Forever(TriggerShape repeated) implements TriggerShape {
    @Override
    public Trigger trigger() {
      return Repeatedly.forever(repeated.trigger());
    }

    @Override
    public List<? extends TriggerShape> parts() {
      return List.of(repeated);
    }
  }

  /** One after the other. */
  record InOrder(List<TriggerShape> parts) implements TriggerShape {
    @Override
    public Trigger trigger() {
      return AfterEach.inOrder(parts.stream().map(TriggerShape::trigger).toList());
    }
  }

  /** All. */
  record All(List<Once> parts) implements Once {
    @Override
    public OnceTrigger trigger() {
      return AfterAll.of(parts.stream().map(part -> (Trigger) part.trigger()).toList());
    }
  }

  /** Any. */
  record First(List<Once> parts) implements Once {
    @Override
    public OnceTrigger trigger() {
      return AfterFirst.of(parts.stream().map(part -> (Trigger) part.trigger()).toList());
    }
  }

  /** One until another ends it. */
  record Until(TriggerShape main, Once until) implements TriggerShape {
    @Override
    public Trigger trigger() {
      return main.trigger().orFinally(until.trigger());
    }

    @Override
    public List<? extends TriggerShape> parts() {
      return List.of(main, until);
    }
  }
}
