package dev.sluice.translation.transform;

import dev.sluice.translation.graph.StepNode;
import dev.sluice.translation.graph.ViewNode;
import dev.sluice.translation.transform.GraphBuilder.StepDraft;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.values.PCollectionView;

/**
 * Orders steps so that producers come before consumers. Views count too, and Beam's own order does
 * not tell of them: the collection a view is made of may be visited after the step that looks at
 * it.
 */
final class TopologicalOrder {
  private final List<StepDraft> drafts;
  private final Map<String, ViewNode> views;
  private final Map<Integer, StepDraft> producers = new HashMap<>();
  private final Map<StepDraft, Boolean> done = new IdentityHashMap<>();
  private final List<StepNode> ordered = new ArrayList<>();

  TopologicalOrder(List<StepDraft> drafts, Map<String, ViewNode> views) {
    this.drafts = drafts;
    this.views = views;
    for (StepDraft draft : drafts) {
      draft.outputs().forEach(output -> producers.put(output, draft));
    }
  }

  List<StepNode> steps() {
    drafts.forEach(this::visit);
    return ordered;
  }

  private void visit(StepDraft draft) {
    if (done.putIfAbsent(draft, true) != null) {
      return;
    }
    draft.inputs().forEach(input -> visit(producers.get(input)));
    List<Integer> viewIds = new ArrayList<>();
    for (PCollectionView<?> view : draft.views()) {
      ViewNode node = views.get(view.getTagInternal().getId());
      if (node == null) {
        throw new IllegalStateException(
            "step "
                + draft.name()
                + " looks at a side input that no transform of the pipeline makes");
      }
      visit(producers.get(node.collection()));
      viewIds.add(node.id());
    }
    ordered.add(draft.numbered(ordered.size(), viewIds));
  }
}
