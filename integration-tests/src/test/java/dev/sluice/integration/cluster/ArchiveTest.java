package dev.sluice.integration.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is packed for users and operators; in builds that pack, such as {@code mvn verify}. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ArchiveTest {
  private static final Path ROOT = Path.of(System.getProperty("user.dir")).getParent();
  private static final Path ARCHIVE = ROOT.resolve("distribution/target/sluice");

  @TempDir private Path directory;

  private static List<String> names(String part) throws IOException {
    try (var files = Files.list(ARCHIVE.resolve(part))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void processesRunWithoutBeamAndProgramsGetTheRunner() throws IOException {
    assumeTrue(Files.exists(ARCHIVE.resolve("bin/sluice")), "nothing has been packed");

    assertThat(names("lib"))
        .anyMatch(name -> name.startsWith("sluice-executor-"))
        .anyMatch(name -> name.startsWith("picocli-"))
        .noneMatch(name -> name.startsWith("beam-"))
        .noneMatch(name -> name.startsWith("sluice-runner-"));
    assertThat(names("runner"))
        .anyMatch(name -> name.startsWith("sluice-runner-"))
        .anyMatch(name -> name.startsWith("sluice-translation-"))
        .anyMatch(name -> name.startsWith("beam-sdks-java-core-"))
        .noneMatch(name -> name.startsWith("picocli-"));
  }

  @Test
  void commandStartsFromAnywhere() throws Exception {
    Path command = ARCHIVE.resolve("bin/sluice");
    assumeTrue(Files.exists(command), "nothing has been packed");
    Path link = Files.createSymbolicLink(directory.resolve("sluice"), command);
    Path printed = directory.resolve("printed");

    Process process =
        new ProcessBuilder(link.toString(), "--help")
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile())
            .start();

    assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(Files.readString(printed)).contains("Usage: sluice");
  }

  @Test
  void variantAllHidesItsLibraries() throws IOException {
    Optional<Path> all = jar("-all.jar");
    assumeTrue(all.isPresent(), "nothing has been packed");
    try (JarFile jar = new JarFile(all.get().toFile())) {
      List<String> classes =
          jar.stream().map(JarEntry::getName).filter(name -> name.endsWith(".class")).toList();
      assertThat(classes)
          .contains("dev/sluice/runner/SluiceRunner.class")
          .contains("dev/sluice/libraries/netty/channel/Channel.class")
          .allMatch(name -> name.startsWith("dev/sluice/"));
      assertThat(
              jar.getEntry("META-INF/services/org.apache.beam.sdk.runners.PipelineRunnerRegistrar"))
          .isNotNull();
    }
  }

  private static Optional<Path> jar(String ending) throws IOException {
    Path target = ROOT.resolve("runner/target");
    try (var files = Files.list(target)) {
      return files.filter(file -> file.toString().endsWith(ending)).findFirst();
    }
  }
}
