package dev.sluice.translation.state;

import org.apache.beam.runners.core.StateTag;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.state.BagState;
import org.apache.beam.sdk.state.CombiningState;
import org.apache.beam.sdk.state.MapState;
import org.apache.beam.sdk.state.MultimapState;
import org.apache.beam.sdk.state.OrderedListState;
import org.apache.beam.sdk.state.SetState;
import org.apache.beam.sdk.state.StateContext;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.state.WatermarkHoldState;
import org.apache.beam.sdk.transforms.Combine.CombineFn;
import org.apache.beam.sdk.transforms.CombineWithContext.CombineFnWithContext;
import org.apache.beam.sdk.transforms.windowing.TimestampCombiner;

/**
 * Makes the cell of a tag that the step meets for the first time, and remembers how, so that the
 * same tag needs no binding elsewhere.
 */
@SuppressWarnings("deprecation") // Beam's own runners bind tags this way
final class CellBinder implements StateTag.StateBinder {
  private final StepState step;
  private final NamespaceCells home;
  private final StateSpec<?> spec;
  private final StateContext<?> context;

  CellBinder(StepState step, NamespaceCells home, StateSpec<?> spec, StateContext<?> context) {
    this.step = step;
    this.home = home;
    this.spec = spec;
    this.context = context;
  }

  private Cell bind(CellKind kind, String tagId, CellType.Maker maker) {
    CellType type = CellType.of(kind, tagId, spec);
    step.remember(type, maker);
    return maker.make(type, home, context);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> ValueState<T> bindValue(StateTag<ValueState<T>> tag, Coder<T> coder) {
    StateCoder<T> values = StateCoder.of(coder);
    return (ValueState<T>)
        bind(CellKind.VALUE, tag.getId(), (type, in, c) -> new ValueCell<>(type, in, values));
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> BagState<T> bindBag(StateTag<BagState<T>> tag, Coder<T> coder) {
    StateCoder<T> elements = StateCoder.of(coder);
    return (BagState<T>)
        bind(CellKind.BAG, tag.getId(), (type, in, c) -> new BagCell<>(type, in, elements));
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> SetState<T> bindSet(StateTag<SetState<T>> tag, Coder<T> coder) {
    StateCoder<T> elements = StateCoder.of(coder);
    return (SetState<T>)
        bind(CellKind.SET, tag.getId(), (type, in, c) -> new SetCell<>(type, in, elements));
  }

  @Override
  @SuppressWarnings("unchecked")
  public <K, V> MapState<K, V> bindMap(
      StateTag<MapState<K, V>> tag, Coder<K> keyCoder, Coder<V> valueCoder) {
    StateCoder<K> keys = StateCoder.of(keyCoder);
    StateCoder<V> values = StateCoder.of(valueCoder);
    return (MapState<K, V>)
        bind(CellKind.MAP, tag.getId(), (type, in, c) -> new MapCell<>(type, in, keys, values));
  }

  @Override
  @SuppressWarnings("unchecked")
  public <K, V> MultimapState<K, V> bindMultimap(
      StateTag<MultimapState<K, V>> tag, Coder<K> keyCoder, Coder<V> valueCoder) {
    StateCoder<K> keys = StateCoder.of(keyCoder);
    StateCoder<V> values = StateCoder.of(valueCoder);
    return (MultimapState<K, V>)
        bind(
            CellKind.MULTIMAP,
            tag.getId(),
            (type, in, c) -> new MultimapCell<>(type, in, keys, values));
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> OrderedListState<T> bindOrderedList(
      StateTag<OrderedListState<T>> tag, Coder<T> coder) {
    StateCoder<T> elements = StateCoder.of(coder);
    return (OrderedListState<T>)
        bind(
            CellKind.ORDERED_LIST,
            tag.getId(),
            (type, in, c) -> new OrderedListCell<>(type, in, elements));
  }

  @Override
  @SuppressWarnings("unchecked")
  public <InputT, AccumT, OutputT> CombiningState<InputT, AccumT, OutputT> bindCombiningValue(
      StateTag<CombiningState<InputT, AccumT, OutputT>> tag,
      Coder<AccumT> coder,
      CombineFn<InputT, AccumT, OutputT> combineFn) {
    StateCoder<AccumT> accumulators = StateCoder.of(coder);
    return (CombiningState<InputT, AccumT, OutputT>)
        bind(
            CellKind.COMBINING,
            tag.getId(),
            (type, in, c) -> new CombiningCell<>(type, in, accumulators, combineFn));
  }

  @Override
  @SuppressWarnings("unchecked")
  public <InputT, AccumT, OutputT>
      CombiningState<InputT, AccumT, OutputT> bindCombiningValueWithContext(
          StateTag<CombiningState<InputT, AccumT, OutputT>> tag,
          Coder<AccumT> coder,
          CombineFnWithContext<InputT, AccumT, OutputT> combineFn) {
    StateCoder<AccumT> accumulators = StateCoder.of(coder);
    return (CombiningState<InputT, AccumT, OutputT>)
        bind(
            CellKind.COMBINING,
            tag.getId(),
            (type, in, c) -> new CombiningCell<>(type, in, accumulators, combineFn, c));
  }

  @Override
  public WatermarkHoldState bindWatermark(
      StateTag<WatermarkHoldState> tag, TimestampCombiner combiner) {
    return (WatermarkHoldState)
        bind(CellKind.HOLD, tag.getId(), (type, in, c) -> new HoldCell(type, in, combiner));
  }
}
