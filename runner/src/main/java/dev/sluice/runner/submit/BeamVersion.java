package dev.sluice.runner.submit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor.Version;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.sdk.util.ReleaseInfo;

/**
 * Whether the Beam on the class path can be the one that Sluice is compiled against. Between its
 * releases Beam changes what runners implement, so with an older one the first pipeline ends in a
 * class or a method that is missing: it is better to say before what to do. A newer one is let in,
 * since it may work.
 */
public final class BeamVersion {
  private static final Pattern NUMBERS = Pattern.compile("\\d+(\\.\\d+)*");

  private BeamVersion() {}

  /**
   * Checks it.
   *
   * @throws IllegalStateException if the Beam on the class path is too old
   */
  public static void check() {
    problem(needed(), ReleaseInfo.getReleaseInfo().getVersion())
        .ifPresent(
            problem -> {
              throw new IllegalStateException(problem);
            });
  }

  /** What is wrong with this Beam where that one is needed; nothing if it names no number. */
  static Optional<String> problem(String needed, String present) {
    return numbers(present)
        .filter(version -> version.compareTo(Version.parse(needed)) < 0)
        .map(
            older ->
                "Sluice needs Beam "
                    + needed
                    + ", and on the class path is "
                    + present
                    + "; give beam-sdks-java-core and all other artifacts of Beam the version "
                    + needed);
  }

  /** The Beam that Sluice is compiled against. */
  static String needed() {
    try (InputStream in = BeamVersion.class.getResourceAsStream("beam.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Version> numbers(String version) {
    Matcher numbers = NUMBERS.matcher(version);
    return numbers.lookingAt() ? Optional.of(Version.parse(numbers.group())) : Optional.empty();
  }
}
