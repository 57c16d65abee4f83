package dev.sluice.runner.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.apache.beam.sdk.util.ReleaseInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BeamVersionTest {
  @Test
  void theOneCompiledAgainstIsKnownAndLetIn() {
    assertThat(BeamVersion.needed()).isEqualTo(ReleaseInfo.getReleaseInfo().getVersion());
    assertThatCode(BeamVersion::check).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.72.0", "2.9.0", "2.72.0-SNAPSHOT", "1.99.99"})
  void anOlderOneIsRefused(String older) {
    assertThat(BeamVersion.problem("2.73.0", older))
        .hasValue(
            "Sluice needs Beam 2.73.0, and on the class path is "
                + older
                + "; give beam-sdks-java-core and all other artifacts of Beam the version 2.73.0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.73.0", "2.73.0-SNAPSHOT", "2.73.1", "2.100.0", "3.0.0", "Unknown"})
  void othersAreLetIn(String version) {
    assertThat(BeamVersion.problem("2.73.0", version)).isEmpty();
  }
}
