package dev.sluice.translation.operator.pardo;

import dev.sluice.translation.operator.Operator;
import dev.sluice.translation.operator.OperatorContext;
import dev.sluice.translation.operator.StepSpec;
import dev.sluice.translation.operator.view.ViewReader;
import dev.sluice.translation.state.ImmutableTypes;
import dev.sluice.translation.state.StepState;
import dev.sluice.translation.state.StepTimers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.runners.core.DoFnRunner;
import org.apache.beam.runners.core.DoFnRunners;
import org.apache.beam.runners.core.SideInputReader;
import org.apache.beam.runners.core.StatefulDoFnRunner;
import org.apache.beam.runners.core.StatefulDoFnRunner.StateInternalsStateCleaner;
import org.apache.beam.runners.core.StepContext;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.DoFnSchemaInformation;
import org.apache.beam.sdk.transforms.reflect.DoFnSignature;
import org.apache.beam.sdk.transforms.reflect.DoFnSignatures;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.NonMergingWindowFn;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.WindowingStrategy;

/**
 * A ParDo as it is shipped. The DoFn is kept serialized, so that no executor ever calls the user's
 * own object. Outputs are the main one, then the additional ones in order; views are in the order
 * given.
 *
 * <p>A DoFn with state or timers wants its input keyed; everything else takes it as it comes.
 */
public final class ParDoSpec implements StepSpec {
  private static final long serialVersionUID = 1;

  private final Class<? extends DoFn<?, ?>> fnClass;
  private final byte[] serializedFn;
  private final ArrayList<TupleTag<?>> tags;
  private final Coder<Object> inputCoder;
  private final LinkedHashMap<TupleTag<?>, Coder<?>> outputCoders;
  private final WindowingStrategy<?, ?> windowing;
  private final DoFnSchemaInformation schemas;
  private final LinkedHashMap<String, PCollectionView<?>> sideInputMapping;
  private final ArrayList<PCollectionView<?>> views;
  private final boolean direct;

  /**
   * A ParDo.
   *
   * @param fn the user's DoFn; serialized here
   * @param mainTag tag of the main output
   * @param additionalTags tags of the other outputs
   * @param inputCoder of the main input; a {@code KvCoder} if the DoFn has state or timers
   * @param outputCoders of every output
   * @param windowing of the main input
   * @param schemas how elements are converted for the DoFn
   * @param sideInputMapping views by the tags that {@code @SideInput} parameters give
   * @param views all views of the step
   * @throws IllegalArgumentException if the DoFn cannot be serialized
   * @throws UnsupportedOperationException if the DoFn has state or timers and the input's windows
   *     merge
   */
  public ParDoSpec(
      DoFn<?, ?> fn,
      TupleTag<?> mainTag,
      List<TupleTag<?>> additionalTags,
      Coder<?> inputCoder,
      Map<TupleTag<?>, Coder<?>> outputCoders,
      WindowingStrategy<?, ?> windowing,
      DoFnSchemaInformation schemas,
      Map<String, PCollectionView<?>> sideInputMapping,
      List<PCollectionView<?>> views) {
    this(
        classOf(fn),
        SerializableUtils.serializeToByteArray(fn),
        tags(mainTag, additionalTags),
        erased(inputCoder),
        new LinkedHashMap<>(outputCoders),
        windowing,
        schemas,
        new LinkedHashMap<>(sideInputMapping),
        new ArrayList<>(views),
        true);
    boolean merging = !(windowing.getWindowFn() instanceof NonMergingWindowFn);
    if (isStateful() && merging) {
      throw new UnsupportedOperationException(
          "MergingWindowFn is not supported for stateful DoFns, WindowFn is: "
              + windowing.getWindowFn());
    }
  }

  private ParDoSpec(
      Class<? extends DoFn<?, ?>> fnClass,
      byte[] serializedFn,
      ArrayList<TupleTag<?>> tags,
      Coder<Object> inputCoder,
      LinkedHashMap<TupleTag<?>, Coder<?>> outputCoders,
      WindowingStrategy<?, ?> windowing,
      DoFnSchemaInformation schemas,
      LinkedHashMap<String, PCollectionView<?>> sideInputMapping,
      ArrayList<PCollectionView<?>> views,
      boolean direct) {
    this.fnClass = fnClass;
    this.serializedFn = serializedFn;
    this.tags = tags;
    this.inputCoder = inputCoder;
    this.outputCoders = outputCoders;
    this.windowing = windowing;
    this.schemas = schemas;
    this.sideInputMapping = sideInputMapping;
    this.views = views;
    this.direct = direct;
  }

  /** The same step without the fast path: everything runs through Beam's own runners. */
  public ParDoSpec withoutDirect() {
    return new ParDoSpec(
        fnClass,
        serializedFn,
        tags,
        inputCoder,
        outputCoders,
        windowing,
        schemas,
        sideInputMapping,
        views,
        false);
  }

  /** Whether the DoFn has state, timers, window expiration or wants its input sorted by time. */
  public boolean isStateful() {
    DoFnSignature signature = signature();
    return signature.usesState()
        || signature.usesTimers()
        || signature.onWindowExpiration() != null
        || signature.processElement().requiresTimeSortedInput();
  }

  /**
   * Whether the step does the same whatever windows its elements are in, and puts its outputs into
   * them without looking at them.
   */
  public boolean isBlindToWindows() {
    return isDirect() && !isStateful() && !signature().processElement().observesWindow();
  }

  /** Whether the DoFn is called without Beam's runners in between. */
  boolean isDirect() {
    return direct
        && views.isEmpty()
        && (isStateful()
            ? DirectEligibility.isDirectWithState(signature())
            : DirectEligibility.isDirect(signature()));
  }

  @Override
  public Operator create(OperatorContext context) {
    if (isStateful()) {
      return createStateful(context);
    }
    if (isDirect()) {
      return createDirect(context);
    }
    return createStateless(context);
  }

  private Operator createDirect(OperatorContext context) {
    Finalizers finalizers = new Finalizers(context.stepName());
    boolean observesWindow = signature().processElement().observesWindow();
    FnLifecycle<DirectFn> lifecycle =
        new FnLifecycle<>(
            pool(context),
            fn ->
                new DirectFn(
                    fn,
                    context.options(),
                    finalizers.running(),
                    new TaggedOutputs(tags, context),
                    outputCoders,
                    observesWindow));
    DirectCallCopies copies =
        context.shared("direct call", () -> DirectCallCopies.forStep(context.stepName(), fnClass));
    return new DirectParDoOperator(context, lifecycle, finalizers, copies);
  }

  private Operator createStateless(OperatorContext context) {
    Finalizers finalizers = new Finalizers(context.stepName());
    SideInputs sideInputs = sideInputs(context);
    StepContext step = new StatelessStepContext(context.stepName(), finalizers.running());
    FnLifecycle<GeneralFn> lifecycle =
        new FnLifecycle<>(
            pool(context),
            fn -> new GeneralFn(fn, simpleRunner(fn, context, sideInputs.reader(), step)));
    return new StatelessParDoOperator(context, lifecycle, finalizers, sideInputs);
  }

  private Operator createStateful(OperatorContext context) {
    Finalizers finalizers = new Finalizers(context.stepName());
    Coder<? extends BoundedWindow> windowCoder = windowing.getWindowFn().windowCoder();
    StepClock clock = new StepClock(context);
    StepState state =
        new StepState(windowCoder, context.maxParallelism(), context.takesSnapshots());
    StepTimers timers =
        new StepTimers(windowCoder, context.maxParallelism(), clock, context.takesSnapshots());
    SideInputs sideInputs = sideInputs(context);
    KeyedStepContext step = new KeyedStepContext(state, timers, finalizers.running());
    WindowExpiry expiry =
        new WindowExpiry(
            step,
            windowing,
            signature().onWindowExpiration() != null,
            signature().processElement().requiresTimeSortedInput());
    DirectStatefulFn.Parts parts =
        new DirectStatefulFn.Parts(
            state,
            timers,
            expiry,
            clock,
            new LiveWindows(expiry),
            ImmutableTypes.contain(keyCoder()));
    FnLifecycle<StatefulFn> lifecycle =
        new FnLifecycle<>(
            pool(context),
            isDirect()
                ? fn -> directStatefulFn(fn, context, finalizers, parts)
                : fn ->
                    statefulFn(
                        fn, simpleRunner(fn, context, sideInputs.reader(), step), step, expiry));
    return new StatefulParDoOperator(
        context,
        lifecycle,
        finalizers,
        new StatefulParDoOperator.Parts(
            keyCoder(),
            step,
            new KeyedState(state, timers, sideInputs.pushback()),
            sideInputs,
            clock,
            expiry));
  }

  private StatefulFn directStatefulFn(
      DoFn<Object, Object> fn,
      OperatorContext context,
      Finalizers finalizers,
      DirectStatefulFn.Parts parts) {
    DirectFn directFn =
        new DirectFn(
            fn,
            context.options(),
            finalizers.running(),
            new TaggedOutputs(tags, context),
            outputCoders,
            true);
    return new DirectStatefulFn(directFn, parts);
  }

  /** Beam's runner that ends windows is needed where there is something to end. */
  private StatefulFn statefulFn(
      DoFn<Object, Object> fn,
      DoFnRunner<Object, Object> runner,
      KeyedStepContext step,
      WindowExpiry expiry) {
    boolean onlyTimers = !DoFnSignatures.usesState(fn) && signature().onWindowExpiration() == null;
    if (onlyTimers) {
      return new GeneralStatefulFn(fn, runner, step, List.of());
    }
    Coder<BoundedWindow> windowCoder = erasedWindows(windowing.getWindowFn().windowCoder());
    boolean sorted = signature().processElement().requiresTimeSortedInput();
    StatefulDoFnRunner<Object, Object, BoundedWindow> ending =
        new StatefulDoFnRunner<>(
            runner,
            inputCoder,
            step,
            windowing,
            expiry,
            window ->
                new StateInternalsStateCleaner<>(fn, step.stateInternals(), windowCoder)
                    .clearForWindow(window),
            sorted);
    return new GeneralStatefulFn(
        fn, ending, step, sorted ? ending.getSystemStateTags() : List.of());
  }

  private Coder<Object> keyCoder() {
    if ((Coder<?>) inputCoder instanceof KvCoder<?, ?> kvCoder) {
      return erased(kvCoder.getKeyCoder());
    }
    throw new IllegalStateException(
        "a DoFn with state or timers needs input coded as KV, not by " + inputCoder);
  }

  private SideInputs sideInputs(OperatorContext context) {
    PushbackCodec codec = new PushbackCodec(inputCoder, windowing.getWindowFn().windowCoder());
    return new SideInputs(
        views,
        new ViewReader(views, context),
        context.wholeInput()
            ? new SpillingPushback(codec, context)
            : new HeapPushback(codec, context),
        windowing.getAllowedLateness());
  }

  private DoFnRunner<Object, Object> simpleRunner(
      DoFn<Object, Object> fn, OperatorContext context, SideInputReader reader, StepContext step) {
    return DoFnRunners.simpleRunner(
        context.options(),
        fn,
        reader,
        new TaggedOutputs(tags, context),
        erased(tags.get(0)),
        tags.subList(1, tags.size()),
        step,
        inputCoder,
        outputCoders,
        windowing,
        schemas,
        sideInputMapping);
  }

  private DoFnPool pool(OperatorContext context) {
    return context.shared(
        "dofns", () -> new DoFnPool(context.stepName(), serializedFn, context.options()));
  }

  private DoFnSignature signature() {
    return DoFnSignatures.getSignature(fnClass);
  }

  private static ArrayList<TupleTag<?>> tags(TupleTag<?> mainTag, List<TupleTag<?>> additional) {
    ArrayList<TupleTag<?>> tags = new ArrayList<>();
    tags.add(mainTag);
    tags.addAll(additional);
    return tags;
  }

  // types of elements are erased from here on: pipeline construction has checked them

  @SuppressWarnings("unchecked")
  private static Class<? extends DoFn<?, ?>> classOf(DoFn<?, ?> fn) {
    return (Class<? extends DoFn<?, ?>>) fn.getClass();
  }

  @SuppressWarnings("unchecked")
  private static Coder<Object> erased(Coder<?> coder) {
    return (Coder<Object>) coder;
  }

  @SuppressWarnings("unchecked")
  private static Coder<BoundedWindow> erasedWindows(Coder<?> coder) {
    return (Coder<BoundedWindow>) coder;
  }

  @SuppressWarnings("unchecked")
  private static TupleTag<Object> erased(TupleTag<?> tag) {
    return (TupleTag<Object>) tag;
  }
}
