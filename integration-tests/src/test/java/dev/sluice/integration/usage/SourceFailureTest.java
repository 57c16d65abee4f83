package dev.sluice.integration.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.integration.pipelines.Trap;
import dev.sluice.integration.pipelines.TrappedBoundedSource;
import dev.sluice.integration.pipelines.TrappedUnboundedSource;
import dev.sluice.integration.pipelines.Workshop;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.transforms.ParDo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A source throws in one of its methods. */
@Timeout(60)
class SourceFailureTest {
  @RegisterExtension final Workshop workshop = new Workshop();

  @ParameterizedTest
  @ValueSource(strings = {"createReader", "start", "advance", "getCurrent", "close"})
  void aBoundedOne(String method) {
    Pipeline pipeline = workshop.pipeline();
    pipeline
        .apply("Source", Read.from(new TrappedBoundedSource(10, new Trap(method))))
        .apply("After", ParDo.of(new DoFnFailureTest.Plain(Trap.none())));

    checkFailure(method, pipeline);
  }

  @ParameterizedTest
  @ValueSource(strings = {"getCurrentTimestamp", "advance"})
  void aBoundedOneInAStreamingPipeline(String method) {
    Pipeline pipeline = workshop.pipeline("--streaming=true");
    pipeline.apply("Source", Read.from(new TrappedBoundedSource(10, new Trap(method))));

    checkFailure(method, pipeline);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "createReader",
        "start",
        "advance",
        "getCurrent",
        "getWatermark",
        "getCheckpointMark"
      })
  void anUnboundedOne(String method) {
    Pipeline pipeline = workshop.pipeline();
    pipeline
        .apply("Source", Read.from(new TrappedUnboundedSource(10, new Trap(method))))
        .apply("After", ParDo.of(new DoFnFailureTest.Plain(Trap.none())));

    checkFailure(method, pipeline);
  }

  @ParameterizedTest
  @ValueSource(strings = {"close", "finalizeCheckpoint"})
  void whatAnUnboundedOneDoesAfterItsLastRecordIsLoggedOnly(String method) {
    Pipeline pipeline = workshop.pipeline();
    pipeline.apply("Source", Read.from(new TrappedUnboundedSource(10, new Trap(method))));

    Workshop.run(pipeline);

    assertThat(TrappedBoundedSource.open() + TrappedUnboundedSource.open()).isZero();
  }

  /** Sources are split before anything runs. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void splitting(boolean unbounded) {
    Trap trap = new Trap("split");
    Pipeline pipeline = workshop.pipeline();
    pipeline.apply(
        "Source",
        unbounded
            ? Read.from(new TrappedUnboundedSource(10, trap))
            : Read.from(new TrappedBoundedSource(10, trap)));

    assertThatIllegalArgumentException()
        .isThrownBy(pipeline::run)
        .withMessageContaining("step Source: splitting")
        .withRootCauseInstanceOf(Trap.Sprung.class);
  }

  private static void checkFailure(String method, Pipeline pipeline) {
    PipelineExecutionException failure = Workshop.failureOf(pipeline);

    assertThat(failure)
        .hasMessageContaining("Source")
        .hasMessageContaining("thrown on purpose in " + method)
        .hasCauseInstanceOf(Trap.Sprung.class);
    assertThat(TrappedBoundedSource.open() + TrappedUnboundedSource.open())
        .as("readers left open")
        .isZero();
  }
}
