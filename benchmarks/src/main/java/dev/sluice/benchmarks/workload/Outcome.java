package dev.sluice.benchmarks.workload;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What one job took and gave.
 *
 * @param records how many records were read
 * @param seconds from the start to the last result
 * @param cpuSeconds of all threads of the process meanwhile
 * @param results how many results there were
 * @param checksum of the results
 * @param p50 the median delay of panes, in milliseconds; 0 if the input did not follow the clock
 * @param p99 the same for the 99th percentile
 * @param max the longest delay
 */
public record Outcome(
    long records,
    double seconds,
    double cpuSeconds,
    long results,
    String checksum,
    double p50,
    double p99,
    double max) {
  private static final String MARK = "OUTCOME ";

  /** Records per second. */
  public double rate() {
    return records / seconds;
  }

  /** Microseconds of all processors per record. */
  public double cpuMicros() {
    return cpuSeconds * 1e6 / records;
  }

  /** As a line that {@link #parse} reads. */
  public String line() {
    return MARK
        + String.join(
            " ",
            "records=" + records,
            "seconds=" + seconds,
            "cpuSeconds=" + cpuSeconds,
            "results=" + results,
            "checksum=" + checksum,
            "p50=" + p50,
            "p99=" + p99,
            "max=" + max);
  }

  /** Whether a line of a process's output is an outcome. */
  public static boolean isOutcome(String line) {
    return line.startsWith(MARK);
  }

  /** The outcome that a line tells. */
  public static Outcome parse(String line) {
    Map<String, String> fields =
        Arrays.stream(line.substring(MARK.length()).split(" "))
            .map(field -> field.split("=", 2))
            .collect(
                Collectors.toMap(
                    field -> field[0], field -> field[1], (a, b) -> b, LinkedHashMap::new));
    return new Outcome(
        Long.parseLong(fields.get("records")),
        Double.parseDouble(fields.get("seconds")),
        Double.parseDouble(fields.get("cpuSeconds")),
        Long.parseLong(fields.get("results")),
        fields.get("checksum"),
        Double.parseDouble(fields.get("p50")),
        Double.parseDouble(fields.get("p99")),
        Double.parseDouble(fields.get("max")));
  }
}
