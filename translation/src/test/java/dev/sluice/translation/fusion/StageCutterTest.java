package dev.sluice.translation.fusion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.translation.graph.CollectionNode;
import dev.sluice.translation.graph.PipelineGraph;
import dev.sluice.translation.graph.StepNode;
import dev.sluice.translation.graph.StepNode.Traits;
import dev.sluice.translation.graph.ViewNode;
import dev.sluice.translation.operator.InputExchange;
import dev.sluice.translation.operator.simple.PassSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.values.WindowingStrategy;
import org.junit.jupiter.api.Test;

class StageCutterTest {
  private final List<CollectionNode> collections = new ArrayList<>();
  private final List<StepNode> steps = new ArrayList<>();
  private final List<ViewNode> views = new ArrayList<>();

  /** Adds a step; returns its output collection, which has the step's number. */
  private int step(InputExchange exchange, List<Integer> inputs, Integer... lookedAt) {
    int id = steps.size();
    collections.add(
        new CollectionNode(
            id, "c" + id, VarIntCoder.of(), WindowingStrategy.globalDefault(), true));
    steps.add(
        new StepNode(
            id,
            "s" + id,
            "urn",
            new PassSpec(),
            null,
            inputs,
            Collections.nCopies(inputs.size(), exchange),
            List.of(id),
            List.of(lookedAt),
            Traits.PLAIN));
    return id;
  }

  private int fused(int... inputs) {
    List<Integer> list = new ArrayList<>();
    for (int input : inputs) {
      list.add(input);
    }
    return step(new InputExchange.Fused(), list);
  }

  private int keyed(int input) {
    return step(new InputExchange.Keyed(VarIntCoder.of()), List.of(input));
  }

  private int view(int collection) {
    int id = views.size();
    views.add(
        new ViewNode(
            id, "v" + id, collection, null, VarIntCoder.of(), WindowingStrategy.globalDefault()));
    return id;
  }

  private StagePlan cut() {
    return StageCutter.cut(new PipelineGraph(collections, steps, views));
  }

  @Test
  void chainIsOneStageUpToTheShuffle() {
    int source = fused();
    int map = fused(source);
    int grouped = keyed(map);
    int last = fused(grouped);

    StagePlan plan = cut();

    assertThat(plan.stages()).containsExactly(List.of(source, map), List.of(grouped, last));
  }

  @Test
  void flattenOfOneStageIsFusedOfTwoIsNot() {
    int left = fused();
    int right = fused();
    int same = fused(left, left);
    int both = fused(left, right);

    StagePlan plan = cut();

    assertThat(plan.stageOf()[same]).isEqualTo(plan.stageOf()[left]);
    assertThat(plan.stageOf()[both])
        .isNotEqualTo(plan.stageOf()[left])
        .isNotEqualTo(plan.stageOf()[right]);
  }

  @Test
  void stepThatLooksAtWhatItsOwnStageMakesBeginsAnother() {
    int source = fused();
    int grouped = keyed(source);
    int view = view(grouped);
    int looking = step(new InputExchange.Fused(), List.of(source), view);
    int behind = fused(looking);

    StagePlan plan = cut();

    assertThat(plan.stageOf()[looking]).isGreaterThan(plan.stageOf()[grouped]);
    assertThat(plan.stageOf()[behind]).isEqualTo(plan.stageOf()[looking]);
  }

  @Test
  void stepThatLooksAtAnEarlierStageIsFused() {
    int side = fused();
    int view = view(keyed(side));
    int source = fused();
    int main = keyed(keyed(source));
    int looking = step(new InputExchange.Fused(), List.of(main), view);

    StagePlan plan = cut();

    assertThat(plan.stageOf()[looking]).isEqualTo(plan.stageOf()[main]);
  }

  @Test
  void viewMadeInTheLookingStageItselfWouldBeARing() {
    // s1 is made before the view's producer in the pipeline's order, yet must not share its stage
    int source = fused();
    int mapped = fused(source);
    int view = view(mapped);
    int looking = step(new InputExchange.Fused(), List.of(mapped), view);

    StagePlan plan = cut();

    assertThat(plan.stageOf()[looking]).isGreaterThan(plan.stageOf()[mapped]);
  }
}
