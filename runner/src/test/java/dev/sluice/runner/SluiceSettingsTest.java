package dev.sluice.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.executor.api.EncodeAtShuffle;
import dev.sluice.runner.SluiceOptions.Acknowledge;
import dev.sluice.runner.SluiceOptions.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SluiceSettingsTest {
  @Test
  void defaultsAreAllowed() {
    SluiceSettings settings = settings();

    int cores = Runtime.getRuntime().availableProcessors();
    assertThat(settings.slots()).isEqualTo(cores);
    assertThat(settings.partitions()).isEqualTo(2 * cores);
    assertThat(settings.scatteredPartitions()).isEqualTo(128);
    assertThat(settings.maxParallelism()).isEqualTo(1024);
    assertThat(settings.maxRecordsPerBatch()).isEqualTo(1 << 20);
    assertThat(settings.encodeAtShuffle()).isEqualTo(EncodeAtShuffle.WHEN_NEEDED);
    assertThat(settings.checkMutation()).isFalse();
    assertThat(settings.checkpoints()).isEmpty();
    assertThat(settings.restore()).isEmpty();
    assertThat(settings.acknowledge()).isEqualTo(Acknowledge.COMMITTED);
    assertThat(settings.memoryBudget()).isEqualTo(Runtime.getRuntime().maxMemory() / 4);
    assertThat(settings.spillDir()).isEqualTo(Path.of(System.getProperty("java.io.tmpdir")));
    assertThat(settings.maxTaskRetries()).isZero();
    assertThat(settings.pipelineDepth()).isEqualTo(2);
    assertThat(settings.maxSettleRounds()).isEqualTo(1000);
    assertThat(settings.progress()).isEqualTo(Progress.AUTO);
    assertThat(settings.fastPaths()).isTrue();
  }

  @Test
  void valuesAreRead() {
    SluiceSettings settings =
        settings(
            "--slots=3",
            "--partitions=5",
            "--maxParallelism=64",
            "--maxRecordsPerBatch=1",
            "--encodeAtShuffle=ALWAYS",
            "--checkMutation=true",
            "--checkpointDir=/tmp/somewhere",
            "--checkpointInterval=2m",
            "--restore=latest",
            "--memoryBudget=64m",
            "--spillDir=/tmp/spill",
            "--maxTaskRetries=0",
            "--pipelineDepth=1",
            "--maxSettleRounds=7",
            "--progress=OFF",
            "--fastPaths=false");

    assertThat(settings)
        .isEqualTo(
            new SluiceSettings(
                Optional.empty(),
                3,
                5,
                64,
                64,
                1,
                EncodeAtShuffle.ALWAYS,
                true,
                java.util.Optional.of(
                    new SluiceSettings.Checkpoints("/tmp/somewhere", Duration.ofMinutes(2))),
                java.util.Optional.of("latest"),
                Acknowledge.CHECKPOINTED,
                64 << 20,
                Path.of("/tmp/spill"),
                0,
                1,
                1,
                7,
                Progress.OFF,
                false));
  }

  @Test
  void elementsAreCheckedForMutationInTests() {
    assertThat(settings("--runner=TestSluiceRunner").checkMutation()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--slots=0              | --slots=0 is not allowed; it must be a whole number from 1 to 1024",
        "--slots=1025           | --slots=1025 is not allowed; it must be a whole number from 1 to 1024",
        "--partitions=-1        | --partitions=-1 is not allowed; it must be a whole number from 1 to maxParallelism, which is 1024",
        "--partitions=1025      | --partitions=1025 is not allowed",
        "--scatteredPartitions=0 | --scatteredPartitions=0 is not allowed; it must be a whole number from 1 to 32768",
        "--maxParallelism=0     | --maxParallelism=0 is not allowed; it must be a whole number from 1 to 32768",
        "--maxParallelism=32769 | --maxParallelism=32769 is not allowed",
        "--maxRecordsPerBatch=0 | --maxRecordsPerBatch=0 is not allowed; it must be a whole number of 1 or more",
        "--checkpointDir=       | --checkpointDir= is not allowed; it must be the name of a directory",
        "--checkpointInterval=5 | --checkpointInterval=5 is not allowed; it must be a time of at least 10ms, such as 500ms",
        "--checkpointInterval=1ms | --checkpointInterval=1ms is not allowed",
        "--restore=latest       | --restore=latest is not allowed; it must be none unless --checkpointDir",
        "--restore=../x         | --restore=../x is not allowed; it must be latest, none, or the name of a checkpoint",
        "--acknowledge=CHECKPOINTED | --acknowledge=CHECKPOINTED is not allowed; it must be COMMITTED unless there is a --checkpointDir",
        "--memoryBudget=lots    | --memoryBudget=lots is not allowed; it must be a number of bytes of at least 1m, such as 64m or 2g",
        "--memoryBudget=1023k   | --memoryBudget=1023k is not allowed",
        "--memoryBudget=999999999999g | --memoryBudget=999999999999g is not allowed",
        "--maxTaskRetries=-1    | --maxTaskRetries=-1 is not allowed; it must be 0 so far",
        "--maxTaskRetries=2     | --maxTaskRetries=2 is not allowed; it must be 0 so far",
        "--pipelineDepth=0      | --pipelineDepth=0 is not allowed; it must be a whole number from 1 to 64",
        "--maxSettleRounds=0    | --maxSettleRounds=0 is not allowed; it must be a whole number of 1 or more",
      })
  void whatIsNotAllowedIsNamed(String arg, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings(arg.strip()))
        .withMessageStartingWith(message.strip());
  }

  @ParameterizedTest
  @CsvSource({"encodeAtShuffle,WHEN_NEEDED", "acknowledge,CHECKPOINTED", "progress,AUTO"})
  void anUnknownConstantIsAnsweredWithTheKnownOnes(String option, String known) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings("--" + option + "=PERHAPS"))
        .withMessageContaining("PERHAPS")
        .withMessageContaining(known);
  }

  @Test
  void anUnknownOptionIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings("--slot=1"))
        .withMessageContaining("Did you mean 'slots'?");
  }

  @Test
  void everyOptionIsDescribed() {
    List<String> bare =
        Arrays.stream(SluiceOptions.class.getDeclaredMethods())
            .filter(method -> !method.getName().startsWith("set"))
            .filter(method -> method.getAnnotation(Description.class) == null)
            .map(java.lang.reflect.Method::getName)
            .toList();
    assertThat(bare).isEmpty();
  }

  private static SluiceSettings settings(String... args) {
    return SluiceSettings.of(PipelineOptionsFactory.fromArgs(args).as(SluiceOptions.class));
  }
}
