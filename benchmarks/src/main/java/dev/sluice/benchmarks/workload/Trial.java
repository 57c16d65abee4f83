package dev.sluice.benchmarks.workload;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Runs jobs on an engine and takes their time. */
public final class Trial {
  /** How long an engine has to start before a stream that follows the clock begins. */
  private static final long START_MILLIS = 3_000;

  private static final double NANOS = 1e9;

  /** Warming up, each job has so many times the records of the one before. */
  private static final int GROWTH = 2;

  /** The part of the time for warming up that its last job takes at least. */
  private static final double LAST = 0.25;

  /** However busy the machine is, jobs do not take longer than the reciprocal of this. */
  private static final double LEAST_BUSY = 0.5;

  private final Engine engine;
  private final Workload workload;

  /** Of this workload on this engine. */
  public Trial(Engine engine, Workload workload) {
    this.engine = engine;
    this.workload = workload;
  }

  /**
   * Runs larger and larger jobs until the engine has been warm for a while. What the smallest job
   * takes once classes are loaded counts as the engine's start, which larger jobs take no longer
   * for.
   *
   * @return how many records a job should have that takes so long
   */
  public long warmUp(double warmSeconds, double seconds) throws Exception {
    long records = workload.unit();
    run(records);
    double start = busySeconds(run(records));
    if (start >= seconds) {
      return records;
    }
    double spent = start;
    while (true) {
      long more = records * GROWTH;
      if (workload.round(more) < more) {
        return workload.round(more);
      }
      records = more;
      double work = busySeconds(run(records)) - start;
      spent += work;
      if (work >= warmSeconds * LAST && spent >= warmSeconds) {
        return workload.round(records / work * seconds);
      }
    }
  }

  /**
   * How long a job took on a machine that has time for it: less than the clock says where others
   * use the processors, too.
   */
  private static double busySeconds(Outcome outcome) {
    return Math.max(
        outcome.seconds() * LEAST_BUSY, Math.min(outcome.seconds(), outcome.cpuSeconds()));
  }

  /** Runs one job of so many records, all there as fast as they are read. */
  public Outcome run(long records) throws Exception {
    if (workload.kind() == Workload.Kind.FILES) {
      try (LineFiles files = LineFiles.write(workload.stream(records))) {
        return run(records, files.paths());
      }
    }
    return run(records, List.of());
  }

  private Outcome run(long records, List<Path> files) throws Exception {
    Ledger ledger = Ledger.open();
    try {
      return time(Job.unpaced(workload, records, files, ledger));
    } finally {
      ledger.close();
    }
  }

  /** Runs one job whose input follows the clock; so many seconds of it are for warming up. */
  public Outcome runPaced(int warmSeconds, int seconds) throws Exception {
    // one second more: the last window ends with the stream and does not count
    long records = workload.unit() * (warmSeconds + seconds + 1);
    Ledger ledger = Ledger.open();
    try {
      long begin = (System.currentTimeMillis() + START_MILLIS) / 1000 * 1000;
      // the first window that counts ends a second after the warm ones
      long from = begin + (warmSeconds + 1) * 1000L;
      return time(Job.paced(workload, records, begin, from, ledger));
    } finally {
      ledger.close();
    }
  }

  private Outcome time(Job job) throws Exception {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long cpu = system.getProcessCpuTime();
    long start = System.nanoTime();
    engine.run(job);
    double seconds = (System.nanoTime() - start) / NANOS;
    double cpuSeconds = (system.getProcessCpuTime() - cpu) / NANOS;
    Histogram delays = job.ledger().delays();
    return new Outcome(
        job.records(),
        seconds,
        cpuSeconds,
        job.ledger().results(),
        job.ledger().checksum(),
        millis(delays.getValueAtPercentile(50)),
        millis(delays.getValueAtPercentile(99)),
        millis(delays.getMaxValue()));
  }

  private static double millis(long micros) {
    return micros / 1e3;
  }
}
