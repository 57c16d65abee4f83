package dev.sluice.runner;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;

class SluiceRegistrarTest {
  @Test
  void bothRunnersAreFoundByTheirNames() {
    assertThat(options("--runner=SluiceRunner").getRunner()).isEqualTo(SluiceRunner.class);
    assertThat(options("--runner=TestSluiceRunner").getRunner()).isEqualTo(TestSluiceRunner.class);
  }

  @Test
  void optionsAreKnownWithoutNamingTheirInterface() {
    PipelineOptions options = options("--runner=SluiceRunner", "--slots=3");
    assertThat(options.as(SluiceOptions.class).getSlots()).isEqualTo(3);
  }

  private static PipelineOptions options(String... args) {
    return PipelineOptionsFactory.fromArgs(args).withValidation().create();
  }
}
