package dev.sluice.integration.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.executor.node.EmbeddedEngine;
import dev.sluice.runner.SluiceRunner;
import dev.sluice.translation.PipelineTranslator;
import java.net.URL;
import java.net.URLClassLoader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes into the jars besides classes. */
class PackagingTest {
  @ParameterizedTest
  @ValueSource(classes = {EmbeddedEngine.class, PipelineTranslator.class, SluiceRunner.class})
  void everyJarHasTheLicenceAndTheNotice(Class<?> inJar) throws Exception {
    URL jar = inJar.getProtectionDomain().getCodeSource().getLocation();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {jar}, null)) {
      assertThat(loader.getResource("META-INF/LICENSE")).isNotNull();
      assertThat(loader.getResource("META-INF/NOTICE")).isNotNull();
    }
  }
}
