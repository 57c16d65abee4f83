package dev.sluice.translation.state;

import java.util.Set;
import org.apache.beam.sdk.coders.BigDecimalCoder;
import org.apache.beam.sdk.coders.BigEndianIntegerCoder;
import org.apache.beam.sdk.coders.BigEndianLongCoder;
import org.apache.beam.sdk.coders.BigEndianShortCoder;
import org.apache.beam.sdk.coders.BigIntegerCoder;
import org.apache.beam.sdk.coders.BooleanCoder;
import org.apache.beam.sdk.coders.ByteCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.DoubleCoder;
import org.apache.beam.sdk.coders.DurationCoder;
import org.apache.beam.sdk.coders.FloatCoder;
import org.apache.beam.sdk.coders.InstantCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.LengthPrefixCoder;
import org.apache.beam.sdk.coders.NullableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.TextualIntegerCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.coders.VoidCoder;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo.PaneInfoCoder;
import org.apache.beam.sdk.values.TimestampedValue.TimestampedValueCoder;

/**
 * Which coders' values nobody can change. State of such a type is saved only when it was written;
 * state of any other type whenever it was read as well, since its reader may have changed it.
 */
public final class ImmutableTypes {
  private static final Set<Class<?>> SIMPLE =
      Set.of(
          BigDecimalCoder.class,
          BigEndianIntegerCoder.class,
          BigEndianLongCoder.class,
          BigEndianShortCoder.class,
          BigIntegerCoder.class,
          BooleanCoder.class,
          ByteCoder.class,
          DoubleCoder.class,
          DurationCoder.class,
          FloatCoder.class,
          GlobalWindow.Coder.class,
          InstantCoder.class,
          IntervalWindow.IntervalWindowCoder.class,
          PaneInfoCoder.class,
          StringUtf8Coder.class,
          TextualIntegerCoder.class,
          VarIntCoder.class,
          VarLongCoder.class,
          VoidCoder.class);

  private static final Set<Class<?>> COMPOSITE =
      Set.of(
          KvCoder.class, LengthPrefixCoder.class, NullableCoder.class, TimestampedValueCoder.class);

  private ImmutableTypes() {}

  /** Whether the values of a coder are known to be immutable. */
  public static boolean contain(Coder<?> coder) {
    if (SIMPLE.contains(coder.getClass())) {
      return true;
    }
    return COMPOSITE.contains(coder.getClass())
        && coder.getCoderArguments().stream().allMatch(ImmutableTypes::contain);
  }
}
