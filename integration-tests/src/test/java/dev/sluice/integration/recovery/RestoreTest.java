package dev.sluice.integration.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.io.GenerateSequence;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class RestoreTest {
  private static final long SLOW = 4_000;
  private static final long FAST = 1_000_000;

  @TempDir private Path directory;

  private Path checkpoints() {
    return directory.resolve("checkpoints");
  }

  private Path file() {
    return directory.resolve("found");
  }

  private String[] options(String restore) {
    return new String[] {
      "--runner=SluiceRunner",
      "--checkpointDir=" + checkpoints(),
      "--checkpointInterval=200ms",
      "--restore=" + restore
    };
  }

  private long manifests() throws IOException {
    if (!Files.exists(checkpoints())) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(checkpoints())) {
      return files.filter(path -> path.toString().contains("manifest")).count();
    }
  }

  /** Every result once or, where it was written after the checkpoint, several times the same. */
  private Map<String, Long> found() throws IOException {
    Map<String, Long> found = new TreeMap<>();
    for (String line : Files.readAllLines(file())) {
      String[] parts = line.split(": ");
      Long before = found.put(parts[0], Long.valueOf(parts[1]));
      assertThat(before).as("an earlier %s", parts[0]).isIn(null, Long.valueOf(parts[1]));
    }
    return found;
  }

  private Process start(long perSecond, String restore) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(CountingPipeline.class.getName());
    command.addAll(List.of(file().toString(), Long.toString(perSecond)));
    command.addAll(Arrays.asList(options(restore)));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()))
        .start();
  }

  @Test
  void killedProcessLosesNothing() throws Exception {
    for (int kill = 0; kill < 2; kill++) {
      long before = lastModified();
      Process process = start(SLOW, kill == 0 ? "none" : "latest");
      try {
        await()
            .atMost(Duration.ofSeconds(40))
            .until(() -> !process.isAlive() || (manifests() > 0 && lastModified() > before));
        assertThat(process.isAlive()).as(this::log).isTrue();
      } finally {
        process.destroyForcibly().waitFor();
      }
    }
    Process last = start(FAST, "latest");

    assertThat(last.waitFor(60, TimeUnit.SECONDS)).as(this::log).isTrue();
    assertThat(last.exitValue()).as(this::log).isZero();
    assertThat(found()).isEqualTo(CountingPipeline.expected());
  }

  /** When the newest manifest was written; grows with each checkpoint. */
  private long lastModified() throws IOException {
    if (!Files.exists(checkpoints())) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(checkpoints())) {
      return files
          .filter(path -> path.toString().contains("manifest"))
          .mapToLong(path -> path.toFile().lastModified())
          .max()
          .orElse(0);
    }
  }

  private String log() {
    try {
      return Files.readString(directory.resolve("log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void cancelledPipelineGoesOnWhereItsLastCheckpointWas() throws Exception {
    PipelineResult first = CountingPipeline.build(file(), SLOW, options("none")).run();
    await().atMost(Duration.ofSeconds(40)).until(() -> manifests() > 1);
    first.cancel();
    first.waitUntilFinish();

    CountingPipeline.build(file(), FAST, options("latest")).run().waitUntilFinish();

    assertThat(found()).isEqualTo(CountingPipeline.expected());
  }

  /** The failure names the checkpoint, and that name is one to go on from. */
  @Test
  void failedPipelineSaysWhereToGoOn() throws Exception {
    CountingPipeline.failWhen(() -> lastModified() > 0);
    PipelineResult first = CountingPipeline.build(file(), SLOW, options("none")).run();
    Throwable failure = catchThrowable(first::waitUntilFinish);
    CountingPipeline.failWhen(() -> false);
    assertThat(failure).hasMessageContaining("on purpose");
    Matcher name = Pattern.compile("--restore=(\\S+) ").matcher(failure.getMessage());
    assertThat(name.find()).as(failure.getMessage()).isTrue();

    CountingPipeline.build(file(), FAST, options(name.group(1))).run().waitUntilFinish();

    assertThat(found()).isEqualTo(CountingPipeline.expected());
  }

  @Test
  void endedPipelineHasNothingLeftToDo() throws Exception {
    CountingPipeline.build(file(), FAST, options("none")).run().waitUntilFinish();
    assertThat(found()).isEqualTo(CountingPipeline.expected());
    Files.delete(file());

    CountingPipeline.build(file(), FAST, options("latest")).run().waitUntilFinish();

    assertThat(file()).doesNotExist();
  }

  @Test
  void directoryOfAnotherRunIsRefused() throws Exception {
    CountingPipeline.build(file(), FAST, options("none")).run().waitUntilFinish();

    assertThatThrownBy(() -> CountingPipeline.build(file(), FAST, options("none")).run())
        .hasMessageContaining(checkpoints().toString())
        .hasMessageContaining("restore");
  }

  @Test
  void tornCheckpointIsNamedAndTheOneBeforeTaken() throws Exception {
    PipelineResult first = CountingPipeline.build(file(), SLOW, options("none")).run();
    await().atMost(Duration.ofSeconds(40)).until(() -> manifests() > 1);
    first.cancel();
    first.waitUntilFinish();
    tearNewestManifest();

    CountingPipeline.build(file(), FAST, options("latest")).run().waitUntilFinish();

    assertThat(found()).isEqualTo(CountingPipeline.expected());
  }

  /** Whoever names a checkpoint wants that one and no other. */
  @Test
  void tornCheckpointThatWasAskedForIsRefused() throws Exception {
    CountingPipeline.build(file(), FAST, options("none")).run().waitUntilFinish();
    String name = tearNewestManifest();

    assertThatThrownBy(() -> CountingPipeline.build(file(), FAST, options(name)).run())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(checkpoints().toString())
        .hasMessageContaining(name)
        .hasMessageContaining("damaged");
  }

  /** Where nothing is whole, nothing is begun anew in silence. */
  @Test
  void nothingButDamagedCheckpointsIsRefused() throws Exception {
    CountingPipeline.build(file(), FAST, options("none")).run().waitUntilFinish();
    for (Path manifest : manifestFiles()) {
      byte[] bytes = Files.readAllBytes(manifest);
      bytes[bytes.length / 2]++;
      Files.write(manifest, bytes);
    }

    assertThatThrownBy(() -> CountingPipeline.build(file(), FAST, options("latest")).run())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(checkpoints().toString())
        .hasMessageContaining("can be used; begin anew in an empty directory");
  }

  /** Returns the name of the checkpoint. */
  private String tearNewestManifest() throws IOException {
    List<Path> manifests = manifestFiles();
    Path newest = manifests.get(manifests.size() - 1);
    tear(newest);
    return newest.getFileName().toString().replaceFirst("[.]manifest$", "");
  }

  private List<Path> manifestFiles() throws IOException {
    try (Stream<Path> files = Files.walk(checkpoints())) {
      return files
          .filter(path -> path.toString().contains("manifest"))
          .sorted((a, b) -> a.getFileName().compareTo(b.getFileName()))
          .toList();
    }
  }

  private static void tear(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2), StandardOpenOption.TRUNCATE_EXISTING);
  }

  /**
   * While a bounded job holds its whole input in groups no checkpoint is taken, however often one
   * is asked for.
   */
  @Test
  void boundedPipelineIsMarkedAtItsEndOnly() throws Exception {
    String[] options = options("none");
    options[2] = "--checkpointInterval=10ms";
    Pipeline pipeline =
        Pipeline.create(PipelineOptionsFactory.fromArgs(options).withValidation().create());
    pipeline
        .apply(GenerateSequence.from(0).to(200_000))
        .apply(
            WithKeys.<Long, Long>of(number -> number % 1_000).withKeyType(TypeDescriptors.longs()))
        .apply(GroupByKey.create())
        .apply(Count.globally());

    assertThat(pipeline.run().waitUntilFinish()).isEqualTo(PipelineResult.State.DONE);
    assertThat(manifests()).isEqualTo(1);
  }

  @Test
  void unknownCheckpointIsNamed() {
    assertThatThrownBy(
            () -> CountingPipeline.build(file(), FAST, options("no-such-checkpoint")).run())
        .hasMessageContaining("no-such-checkpoint");
  }
}
