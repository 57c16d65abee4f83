package dev.sluice.runner.submit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.auto.service.AutoService;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.beam.sdk.harness.JvmInitializer;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.options.SdkHarnessOptions;
import org.apache.beam.sdk.options.SdkHarnessOptions.LogLevel;
import org.apache.beam.sdk.options.SdkHarnessOptions.SdkHarnessLogLevelOverrides;
import org.junit.jupiter.api.Test;

class SurroundingsTest {
  private final SdkHarnessOptions options = PipelineOptionsFactory.as(SdkHarnessOptions.class);
  private final Logger root = Logger.getLogger("");
  private final Logger bar = Logger.getLogger("test.surroundings.Bar");

  @Test
  void logLevelsHoldUntilTheEnd() {
    Level before = root.getLevel();
    options.setDefaultSdkHarnessLogLevel(LogLevel.DEBUG);
    options.setSdkHarnessLogLevelOverrides(
        new SdkHarnessLogLevelOverrides().addOverrideForName(bar.getName(), LogLevel.WARN));

    try (Surroundings prepared = Surroundings.prepare(options)) {
      assertThat(prepared).isNotNull();
      assertThat(root.getLevel()).isEqualTo(Level.FINE);
      assertThat(bar.getLevel()).isEqualTo(Level.WARNING);
    }
    assertThat(root.getLevel()).isEqualTo(before);
    assertThat(bar.getLevel()).isNull();
  }

  @Test
  void aLevelThatSomebodyElseHasSetSinceStays() {
    options.setSdkHarnessLogLevelOverrides(
        new SdkHarnessLogLevelOverrides().addOverrideForName(bar.getName(), LogLevel.WARN));
    try (Surroundings prepared = Surroundings.prepare(options)) {
      assertThat(prepared).isNotNull();
      bar.setLevel(Level.FINEST);
    }
    assertThat(bar.getLevel()).isEqualTo(Level.FINEST);
    bar.setLevel(null);
  }

  @Test
  void initializersRunOncePerJvmAndOncePerPipeline() {
    Surroundings.prepare(options).close();
    int pipelines = Initializer.pipelines;
    Surroundings.prepare(options).close();
    assertThat(Initializer.starts).isEqualTo(1);
    assertThat(Initializer.pipelines).isEqualTo(pipelines + 1);
  }

  /** Counts its calls. */
  @AutoService(JvmInitializer.class)
  public static final class Initializer implements JvmInitializer {
    static int starts;
    static int pipelines;

    @Override
    public void onStartup() {
      starts++;
    }

    @Override
    public void beforeProcessing(PipelineOptions options) {
      pipelines++;
    }
  }
}
