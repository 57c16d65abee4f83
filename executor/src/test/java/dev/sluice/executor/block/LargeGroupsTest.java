package dev.sluice.executor.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

class LargeGroupsTest {
  @TempDir Path directory;

  @Test
  void threeTimesASmallHeap() throws Exception {
    runWith("-Xmx48m", 144);
  }

  /** {@code -Dlarge=true}: as the project promises it. */
  @Test
  @EnabledIfSystemProperty(named = "large", matches = "true")
  void fourTimesHalfAGigabyte() throws Exception {
    runWith("-Xmx512m", 2048);
  }

  private void runWith(String heap, int megabytes) throws Exception {
    Path log = directory.resolve("log");
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                heap,
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                LargeGroups.class.getName(),
                directory.resolve("spill").toString(),
                Integer.toString(megabytes),
                "2")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    } finally {
      process.destroyForcibly();
    }
  }
}
