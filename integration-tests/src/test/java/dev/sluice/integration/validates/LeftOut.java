package dev.sluice.integration.validates;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A test of the suite that is not expected to pass, and why. All of them stand in {@code
 * validates-runner-left-out.tsv}.
 */
record LeftOut(SuiteTest test, Expectation expectation, String reason) {

  /** What surefire has to report of a left-out test; anything else fails the build. */
  enum Expectation {
    /** Run, and fails or errs. */
    FAILS,
    /** Ignored by Beam itself. */
    SKIPPED,
    /** Not run. */
    ABSENT
  }

  private static final String FILE = "/validates-runner-left-out.tsv";

  static SortedMap<SuiteTest, LeftOut> all() {
    SortedMap<SuiteTest, LeftOut> all = new TreeMap<>();
    try (InputStream file = LeftOut.class.getResourceAsStream(FILE);
        BufferedReader lines = new BufferedReader(new InputStreamReader(file, UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.isBlank() || line.startsWith("#")) {
          continue;
        }
        LeftOut leftOut = parse(line);
        if (all.put(leftOut.test(), leftOut) != null) {
          throw new IllegalArgumentException(FILE + " lists " + leftOut.test() + " twice");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  private static LeftOut parse(String line) {
    String[] cells = line.split("\t", -1);
    if (cells.length != 3 || cells[2].isBlank()) {
      throw new IllegalArgumentException(FILE + ": expected test, outcome and reason: " + line);
    }
    return new LeftOut(
        SuiteTest.parse(cells[0]),
        Expectation.valueOf(cells[1].toUpperCase(Locale.ROOT)),
        cells[2]);
  }
}
