package dev.sluice.translation.transform;

import dev.sluice.executor.api.SourceProgram;
import dev.sluice.executor.api.ViewProgram;
import dev.sluice.translation.graph.CollectionNode;
import dev.sluice.translation.graph.PipelineGraph;
import dev.sluice.translation.graph.StepNode;
import dev.sluice.translation.graph.StepNode.Traits;
import dev.sluice.translation.graph.ViewNode;
import dev.sluice.translation.operator.InputExchange;
import dev.sluice.translation.operator.StepSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.runners.core.construction.SerializablePipelineOptions;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.runners.AppliedPTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollection.IsBounded;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.PValue;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.WindowingStrategy;

/**
 * Collects steps in the order they are found and numbers everything; {@link #build} puts them in
 * topological order.
 */
final class GraphBuilder {
  private final TranslationSettings settings;
  private final SerializablePipelineOptions options;
  private final boolean wholeInput;
  private final List<CollectionNode> collections = new ArrayList<>();
  private final Map<PValue, Integer> ids = new HashMap<>();
  private final List<StepDraft> drafts = new ArrayList<>();
  private final Map<String, ViewNode> views = new LinkedHashMap<>();

  GraphBuilder(
      TranslationSettings settings, SerializablePipelineOptions options, boolean wholeInput) {
    this.settings = settings;
    this.options = options;
    this.wholeInput = wholeInput;
  }

  TranslationSettings settings() {
    return settings;
  }

  SerializablePipelineOptions options() {
    return options;
  }

  /** Whether the job is bounded and takes its whole input in one batch. */
  boolean wholeInput() {
    return wholeInput;
  }

  /** The id of a collection. */
  int collection(PCollection<?> collection) {
    return ids.computeIfAbsent(
        collection,
        any ->
            newCollection(
                collection.getName(),
                collection.getCoder(),
                collection.getWindowingStrategy(),
                collection.isBounded() == IsBounded.BOUNDED));
  }

  /** A collection that the pipeline does not have: between steps of one transform. */
  int newCollection(
      String name, Coder<?> coder, WindowingStrategy<?, ?> windowing, boolean bounded) {
    collections.add(new CollectionNode(collections.size(), name, coder, windowing, bounded));
    return collections.size() - 1;
  }

  /** Says that a collection of the pipeline is another one by another name. */
  void alias(PCollection<?> collection, PCollection<?> original) {
    ids.put(collection, collection(original));
  }

  /**
   * The collections of tagged outputs; one that the pipeline does not know gets a collection that
   * nobody reads.
   */
  List<Integer> outputs(AppliedPTransform<?, ?, ?> applied, List<TupleTag<?>> tags) {
    List<Integer> outputs = new ArrayList<>();
    for (TupleTag<?> tag : tags) {
      PCollection<?> collection = applied.getOutputs().get(tag);
      outputs.add(
          collection != null
              ? collection(collection)
              : newCollection(tag.getId(), null, WindowingStrategy.globalDefault(), true));
    }
    return outputs;
  }

  /** Adds a source. */
  void addSource(String name, String urn, SourceProgram source, StepSpec spec, int output) {
    drafts.add(
        new StepDraft(
            name,
            urn,
            spec,
            source,
            List.of(),
            List.of(),
            List.of(output),
            List.of(),
            Traits.PLAIN));
  }

  /** Adds a step with one main input and one output. */
  void addStep(
      String name, String urn, StepSpec spec, int input, InputExchange exchange, int output) {
    addStep(
        new StepDraft(
            name,
            urn,
            spec,
            null,
            List.of(input),
            List.of(exchange),
            List.of(output),
            List.of(),
            Traits.PLAIN));
  }

  void addStep(StepDraft draft) {
    drafts.add(draft);
  }

  /** Adds a view of a collection whose elements are whole panes. */
  void addView(PCollectionView<?> view, int collection, ViewProgram program) {
    CollectionNode node = collections.get(collection);
    String tag = view.getTagInternal().getId();
    views.put(
        tag, new ViewNode(views.size(), tag, collection, program, node.coder(), node.windowing()));
  }

  PipelineGraph build() {
    return new PipelineGraph(
        collections, new TopologicalOrder(drafts, views).steps(), List.copyOf(views.values()));
  }

  /**
   * A step whose views are not known by number yet.
   *
   * @param views the views it looks at; their producers may be found later
   */
  record StepDraft(
      String name,
      String urn,
      StepSpec spec,
      SourceProgram source,
      List<Integer> inputs,
      List<InputExchange> exchanges,
      List<Integer> outputs,
      List<PCollectionView<?>> views,
      Traits traits) {
    StepNode numbered(int id, List<Integer> viewIds) {
      return new StepNode(id, name, urn, spec, source, inputs, exchanges, outputs, viewIds, traits);
    }
  }
}
