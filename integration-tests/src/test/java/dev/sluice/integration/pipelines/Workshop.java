package dev.sluice.integration.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.runner.SluicePipelineResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.PipelineResult.State;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Makes pipelines on Sluice. After each test nothing of them may be left: no thread, no file in the
 * directory they spilled to, no {@link CountedFn} that was set up and not torn down.
 */
public final class Workshop implements BeforeEachCallback, AfterEachCallback {
  private Path directory;

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    directory = Files.createTempDirectory("sluice-test-");
    Files.createDirectory(spillDirectory());
    CountedFn.forget();
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    try {
      assertNothingIsLeft();
    } finally {
      delete(directory);
    }
  }

  /** A pipeline with more options than these: it is run by {@code SluiceRunner}, silently. */
  public Pipeline pipeline(String... options) {
    List<String> all = new ArrayList<>();
    all.add("--runner=SluiceRunner");
    all.add("--progress=OFF");
    all.add("--spillDir=" + spillDirectory());
    all.addAll(List.of(options)); // last: these win
    return Pipeline.create(PipelineOptionsFactory.fromArgs(last(all)).create());
  }

  /** Of options given twice the last, for Beam refuses them. */
  private static String[] last(List<String> options) {
    List<String> kept = new ArrayList<>();
    for (int i = options.size() - 1; i >= 0; i--) {
      String name = options.get(i).replaceAll("=.*", "=");
      if (kept.stream().noneMatch(other -> other.startsWith(name))) {
        kept.add(0, options.get(i));
      }
    }
    return kept.toArray(String[]::new);
  }

  /** A directory for the test itself, deleted after it. */
  public Path directory() {
    return directory;
  }

  /** Where pipelines spill to. */
  public Path spillDirectory() {
    return directory.resolve("spill");
  }

  /** Starts a pipeline. */
  public static SluicePipelineResult start(Pipeline pipeline) {
    return (SluicePipelineResult) pipeline.run();
  }

  /** Runs a pipeline to its end, which is to be a good one. */
  public static SluicePipelineResult run(Pipeline pipeline) {
    SluicePipelineResult result = start(pipeline);
    assertThat(result.waitUntilFinish()).isEqualTo(State.DONE);
    return result;
  }

  /** Runs a pipeline that is to fail, and gives what the user gets to see. */
  public static PipelineExecutionException failureOf(Pipeline pipeline) {
    SluicePipelineResult result = start(pipeline);
    PipelineExecutionException failure =
        catchThrowableOfType(result::waitUntilFinish, PipelineExecutionException.class);
    assertThat(failure).as("the failure of the pipeline").isNotNull();
    assertThat(result.getState()).isEqualTo(State.FAILED);
    return failure;
  }

  private void assertNothingIsLeft() throws IOException {
    assertThat(threadsInTheEnd()).as("threads that are left").isEmpty();
    try (Stream<Path> files = Files.list(spillDirectory())) {
      assertThat(files).as("files that are left").isEmpty();
    }
    assertThat(CountedFn.alive()).as("DoFns that were not torn down").isZero();
  }

  /** Threads of Sluice; one that has been waited for may be in the list for a moment. */
  private static List<String> threadsInTheEnd() {
    List<String> names;
    long until = System.nanoTime() + 2_000_000_000L;
    do {
      names = threads();
    } while (!names.isEmpty() && System.nanoTime() < until);
    return names;
  }

  /** The names of Sluice's threads that live now. */
  public static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("sluice"))
        .sorted()
        .toList();
  }

  private static void delete(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      all.sorted(Comparator.reverseOrder())
          .forEach(
              path -> {
                try {
                  Files.delete(path);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }
}
