package dev.sluice.integration.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.executor.api.EncodeAtShuffle;
import dev.sluice.integration.memory.LargeJobs.Kind;
import dev.sluice.integration.pipelines.OwnJvm;
import dev.sluice.integration.pipelines.Workshop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Bounded pipelines over data several times the memory end correctly. The full size, 2.2 GB in a
 * heap of 512 MB, is run with {@code -Dsluice.memory.full=true}.
 */
class LargerThanHeapTest {
  @RegisterExtension final Workshop workshop = new Workshop();

  /** Three times the heap. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  @Timeout(120)
  void inASmallHeap(Kind kind) throws Exception {
    runInOwnJvm("-Xmx64m", kind, 200_000, 1000, 1000);
  }

  /** Nearly all is in few values, which an estimate by samples may miss. */
  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"ONE_KEY", "STREAM"})
  @Timeout(120)
  void fewLargeOnesInASmallHeap(Kind kind) throws Exception {
    runInOwnJvm("-Xmx64m", kind, 100_000, 100, 1_500_000);
  }

  /** More than four times the heap. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  @EnabledIfSystemProperty(named = "sluice.memory.full", matches = "true")
  @Timeout(600)
  void fullSize(Kind kind) throws Exception {
    runInOwnJvm("-Xmx512m", kind, 2_200_000, 1000, 1000);
  }

  /** The same with 1.2 GB. */
  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"MANY_KEYS", "ONE_KEY", "ONE_KEY_RESHUFFLED", "RESHUFFLE", "STREAM"})
  @EnabledIfSystemProperty(named = "sluice.memory.full", matches = "true")
  @Timeout(600)
  void fewLargeOnesAmongManySmallOnes(Kind kind) throws Exception {
    runInOwnJvm("-Xmx512m", kind, 300_000, 100, 4_000_000);
  }

  private void runInOwnJvm(String heap, Kind kind, long records, int bytes, int largeBytes)
      throws Exception {
    Path spill = workshop.spillDirectory();
    OwnJvm jvm =
        OwnJvm.run(
            LargeJobs.class,
            workshop.directory(),
            "",
            Duration.ofSeconds(580),
            List.of(heap),
            List.of(
                kind.name(),
                Long.toString(records),
                Integer.toString(bytes),
                Integer.toString(largeBytes),
                "--spillDir=" + spill));

    assertThat(jvm.exitCode()).as(jvm.output()).isZero();
    assertThat(jvm.output()).contains("right, after");
    try (Stream<Path> left = Files.list(spill)) {
      assertThat(left).isEmpty();
    }
  }

  /** The same code with next to no memory, in this JVM. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  @Timeout(60)
  void inAMegabyte(Kind kind) {
    runInAMegabyte(kind, EncodeAtShuffle.WHEN_NEEDED);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  @Timeout(60)
  void inAMegabyteAndEncoded(Kind kind) {
    runInAMegabyte(kind, EncodeAtShuffle.ALWAYS);
  }

  private void runInAMegabyte(Kind kind, EncodeAtShuffle encoded) {
    new LargeJobs(20_000, 200, 20_000)
        .run(
            kind,
            "--memoryBudget=1m",
            "--encodeAtShuffle=" + encoded,
            "--spillDir=" + workshop.spillDirectory());
  }
}
