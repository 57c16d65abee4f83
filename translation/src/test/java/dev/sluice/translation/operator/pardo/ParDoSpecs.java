package dev.sluice.translation.operator.pardo;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.DoFnSchemaInformation;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.WindowingStrategy;

/** Makes ParDo specs for tests: string outputs, a main tag and one additional tag. */
final class ParDoSpecs {
  static final TupleTag<String> MAIN = new TupleTag<>("main");
  static final TupleTag<String> SIDE = new TupleTag<>("side");

  private ParDoSpecs() {}

  static ParDoSpec of(DoFn<?, ?> fn) {
    return of(fn, StringUtf8Coder.of(), WindowingStrategy.globalDefault(), List.of());
  }

  static ParDoSpec of(
      DoFn<?, ?> fn,
      Coder<?> inputCoder,
      WindowingStrategy<?, ?> windowing,
      List<PCollectionView<?>> views) {
    Map<TupleTag<?>, Coder<?>> outputCoders = new LinkedHashMap<>();
    outputCoders.put(MAIN, StringUtf8Coder.of());
    outputCoders.put(SIDE, StringUtf8Coder.of());
    return new ParDoSpec(
        fn,
        MAIN,
        List.of(SIDE),
        inputCoder,
        outputCoders,
        windowing,
        DoFnSchemaInformation.create(),
        Map.of(),
        views);
  }
}
