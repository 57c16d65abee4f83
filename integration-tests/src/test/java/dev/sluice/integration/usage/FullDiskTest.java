package dev.sluice.integration.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.integration.pipelines.OwnJvm;
import dev.sluice.integration.pipelines.Workshop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The disk is full in the middle of spilling: the operating system refuses to let files grow (a
 * limit of the process, which needs no rights and no disk of its own).
 */
@Timeout(120)
@DisabledOnOs(OS.WINDOWS)
class FullDiskTest {
  @RegisterExtension final Workshop workshop = new Workshop();

  @ParameterizedTest
  @ValueSource(strings = {"false", "true"})
  void failsThePipelineWithAClearMessage(String streaming) throws Exception {
    Path spill = workshop.spillDirectory();
    OwnJvm jvm =
        OwnJvm.run(
            FullDiskTest.class,
            workshop.directory(),
            "ulimit -f 4000", // blocks of 512 bytes
            Duration.ofSeconds(60),
            List.of("-Xmx256m"),
            List.of(spill.toString(), streaming));

    assertThat(jvm.output())
        .contains("PipelineExecutionException: ")
        .contains("File too large")
        .contains("free space there, name another spill directory, or raise the memory budget")
        .contains(spill.toString());
    assertThat(jvm.exitCode()).isEqualTo(1);
    try (Stream<Path> left = Files.list(spill)) {
      assertThat(left).isEmpty();
    }
  }

  /** Groups far more than the budget in a JVM that may not write large files. */
  public static void main(String[] arguments) {
    Pipeline pipeline =
        Pipeline.create(
            PipelineOptionsFactory.fromArgs(
                    "--runner=SluiceRunner",
                    "--memoryBudget=1m",
                    "--progress=OFF",
                    "--spillDir=" + arguments[0],
                    "--streaming=" + arguments[1])
                .create());
    pipeline
        .apply(Create.of(1))
        .apply("Many", ParDo.of(new CoderFailureTest.Many(5_000_000)))
        .apply(WithKeys.<Integer, Integer>of(i -> i).withKeyType(TypeDescriptors.integers()))
        .apply("Group", GroupByKey.create());
    pipeline.run().waitUntilFinish();
  }
}
