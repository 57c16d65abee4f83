package dev.sluice.executor.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.transport.control.StagedFile;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

class JobClassLoaderTest {
  /** A class that a job brings. */
  public static final class OfTheJob {}

  @TempDir private Path directory;

  /** The tests' own classes, as a client would stage them. */
  private List<Path> staged() throws IOException, URISyntaxException {
    Path classes = Path.of(getClass().getProtectionDomain().getCodeSource().getLocation().toURI());
    Path mine = directory.resolve("classes/org/example");
    Files.createDirectories(mine);
    String name = OfTheJob.class.getName().replace('.', '/') + ".class";
    assertThat(classes.resolve(name)).exists();
    Files.writeString(mine.resolve("resource.txt"), "the job's");
    StagedClassPath classPath = StagedClassPath.of(List.of(directory.resolve("classes")));
    return classPath.files().stream().map(classPath::path).toList();
  }

  @Test
  void sharesTheEngineAndTheLoggingInterfaceOnly() throws Exception {
    try (JobClassLoader loader = new JobClassLoader("job", staged())) {
      assertThat(loader.loadClass(JobGraph.class.getName())).isSameAs(JobGraph.class);
      assertThat(loader.loadClass(Logger.class.getName())).isSameAs(Logger.class);
      assertThat(loader.loadClass("java.sql.Connection")).isNotNull();
      assertThatThrownBy(() -> loader.loadClass(Test.class.getName()))
          .as("a library of the process")
          .isInstanceOf(ClassNotFoundException.class);
      assertThat(loader.getResource("org/example/resource.txt")).isNotNull();
      assertThat(loader.getResource("junit-platform.properties")).isNull();
    }
  }

  @Test
  void directoryBecomesTheSameJarEveryTime() throws Exception {
    Path classes = Files.createDirectories(directory.resolve("some/a/b"));
    Files.writeString(classes.resolve("x.txt"), "x");
    Path copy = Files.createDirectories(directory.resolve("other/a/b"));
    Files.writeString(copy.resolve("x.txt"), "x");

    StagedFile one = StagedClassPath.of(List.of(directory.resolve("some"))).files().get(0);
    StagedFile two = StagedClassPath.of(List.of(directory.resolve("other"))).files().get(0);
    assertThat(one.hash()).isEqualTo(two.hash());

    Files.writeString(classes.resolve("x.txt"), "something else");
    StagedFile changed = StagedClassPath.of(List.of(directory.resolve("some"))).files().get(0);
    assertThat(changed.hash()).isNotEqualTo(one.hash());
  }

  @Test
  void entriesThatAreNotThereAreLeftOut() throws Exception {
    assertThat(StagedClassPath.of(List.of(directory.resolve("nothing"))).files()).isEmpty();
  }
}
