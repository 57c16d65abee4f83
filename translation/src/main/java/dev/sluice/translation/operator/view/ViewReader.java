package dev.sluice.translation.operator.view;

import dev.sluice.translation.operator.OperatorContext;
import java.util.List;
import org.apache.beam.runners.core.ReadyCheckingSideInputReader;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.PCollectionView;
import org.joda.time.Duration;

/**
 * Reads the views of a step, in the versions of the running batch. It is given side input windows;
 * mapping main input windows to them is the caller's. One thread, within batches.
 */
public final class ViewReader implements ReadyCheckingSideInputReader, AutoCloseable {
  private final List<PCollectionView<?>> views;
  private final OperatorContext context;
  private final Slot[] slots;
  private final Consumer consumer;

  /**
   * A reader.
   *
   * @param views the step's views, in the order of {@link OperatorContext#view}
   * @param context the step's context
   */
  public ViewReader(List<PCollectionView<?>> views, OperatorContext context) {
    this.views = List.copyOf(views);
    this.context = context;
    this.consumer = new Consumer(context.stepName(), context.partition());
    this.slots = new Slot[this.views.size()];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = new Slot();
    }
  }

  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the view says its type
  public <T> T get(PCollectionView<T> view, BoundedWindow window) {
    int index = views.indexOf(view);
    if (index < 0) {
      throw new IllegalArgumentException("calling sideInput() with unknown view");
    }
    return (T) slots[index].get(version(index), view, window);
  }

  @Override
  public boolean isReady(PCollectionView<?> view, BoundedWindow window) {
    int index = views.indexOf(view);
    if (index < 0) {
      throw new IllegalArgumentException("step " + context.stepName() + " has no view " + view);
    }
    return version(index).isReady(window);
  }

  @Override
  public <T> boolean contains(PCollectionView<T> view) {
    return views.contains(view);
  }

  @Override
  public boolean isEmpty() {
    return views.isEmpty();
  }

  /**
   * Says how far the step has come, so that its views may forget old windows (see {@link
   * ViewMaterialization}). To be called at the end of each batch, before {@code finishBatch}
   * returns; what is never called makes views keep everything.
   *
   * @param watermark the step's input watermark, held back by elements that wait for a view;
   *     milliseconds on Beam's scale
   * @param allowedLateness of the main input
   */
  public void passed(long watermark, Duration allowedLateness) {
    for (int i = 0; i < slots.length; i++) {
      ViewVersion version = version(i);
      Duration lookback = views.get(i).getWindowMappingFn().maximumLookback();
      slots[i].consumers = version.consumers();
      version
          .consumers()
          .report(consumer, watermark - allowedLateness.getMillis() - lookback.getMillis());
    }
  }

  /** The step will not read any more. */
  @Override
  public void close() {
    for (Slot slot : slots) {
      if (slot.consumers != null) {
        slot.consumers.leave(consumer);
      }
    }
  }

  private ViewVersion version(int index) {
    return (ViewVersion) context.view(index);
  }

  /** What was read last of a view: neighbouring elements mostly read the same. */
  private static final class Slot {
    private ViewVersion version;
    private BoundedWindow window;
    private Object value;
    private ViewConsumers consumers;

    Object get(ViewVersion current, PCollectionView<?> view, BoundedWindow sideInputWindow) {
      if (version != current || !sideInputWindow.equals(window)) {
        value = current.get(view, sideInputWindow);
        version = current;
        window = sideInputWindow;
      }
      return value;
    }
  }

  private record Consumer(String step, int partition) {}
}
