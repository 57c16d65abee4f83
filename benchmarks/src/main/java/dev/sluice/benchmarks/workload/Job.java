package dev.sluice.benchmarks.workload;

import java.nio.file.Path;
import java.util.List;

/**
 * One job for an engine.
 *
 * @param workload what is computed
 * @param records how many records are read in all
 * @param stream the input; the first one if two are joined
 * @param files the input of a workload that reads files, otherwise empty
 * @param pace how results are counted if the input follows the clock
 * @param ledger where results are counted
 */
public record Job(
    Workload workload,
    long records,
    LineStream stream,
    List<Path> files,
    Pace pace,
    Ledger ledger) {

  /** One whose input is there as fast as it is read. */
  static Job unpaced(Workload workload, long records, List<Path> files, Ledger ledger) {
    LineStream stream = workload.stream(records);
    return new Job(workload, records, stream, files, new Pace(stream.begin(), 0, 0), ledger);
  }

  /**
   * One whose input follows the clock.
   *
   * @param begin when it begins, in milliseconds since 1970: a whole second
   * @param from which windows' delays count, by their ends
   */
  static Job paced(Workload workload, long records, long begin, long from, Ledger ledger) {
    LineStream stream = workload.stream(records).beginningAt(begin);
    return new Job(
        workload, records, stream, List.of(), new Pace(begin, from, stream.end()), ledger);
  }
}
