package dev.sluice.runner;

import dev.sluice.executor.api.ClockMode;
import dev.sluice.executor.api.EncodeAtShuffle;
import dev.sluice.executor.api.JobSettings;
import dev.sluice.executor.cluster.ClusterSecurity;
import dev.sluice.executor.node.EngineSettings;
import dev.sluice.runner.SluiceOptions.Acknowledge;
import dev.sluice.runner.SluiceOptions.Progress;
import dev.sluice.translation.transform.TranslationSettings;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@link SluiceOptions} after parsing and checking: every value is allowed, also together with the
 * others.
 *
 * @param cluster the cluster that runs the pipeline; empty for this JVM
 * @param slots tasks at once
 * @param partitions partitions of a stage
 * @param scatteredPartitions partitions of a bounded stage behind a Reshuffle
 * @param maxParallelism number of key groups
 * @param maxRecordsPerBatch upper bound of records per split and batch
 * @param encodeAtShuffle when elements are encoded
 * @param checkMutation whether encodings are compared around user calls
 * @param checkpoints where checkpoints go; empty for none
 * @param restore what to begin from; empty for none
 * @param acknowledge when batches count as done
 * @param memoryBudget bytes in memory before blocks spill
 * @param spillDir where they spill to
 * @param maxTaskRetries retries after a user exception
 * @param pipelineDepth batches in flight
 * @param replication copies of what an executor's death must not lose
 * @param maxSettleRounds SETTLE batches in a row
 * @param progress whether progress is shown
 * @param fastPaths whether specialized code may run
 */
record SluiceSettings(
    Optional<Cluster> cluster,
    int slots,
    int partitions,
    int scatteredPartitions,
    int maxParallelism,
    long maxRecordsPerBatch,
    EncodeAtShuffle encodeAtShuffle,
    boolean checkMutation,
    Optional<Checkpoints> checkpoints,
    Optional<String> restore,
    Acknowledge acknowledge,
    long memoryBudget,
    Path spillDir,
    int maxTaskRetries,
    int pipelineDepth,
    int replication,
    int maxSettleRounds,
    Progress progress,
    boolean fastPaths) {

  /** Which cluster, how it is entered, and whether the pipeline outlives a JVM that is stopped. */
  record Cluster(String coordinator, ClusterSecurity security, boolean detached) {}

  /**
   * What there is to run a pipeline on.
   *
   * @param slots of all executors
   * @param memoryBudget what elements may take in one process if the options do not say
   */
  record Room(int slots, long memoryBudget) {}

  /** Where and how often checkpoints are made. */
  record Checkpoints(String directory, Duration interval) {}

  private static final int MAX_SLOTS = 1024;
  private static final int MAX_KEY_GROUPS = 32768;
  private static final Duration MIN_INTERVAL = Duration.ofMillis(10);
  private static final long MIN_BUDGET = 1 << 20;

  private static final Pattern HOST_AND_PORT = Pattern.compile("(\\[[^]]+]|[^:\\s]+):\\d{1,5}");
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,12})([kmgKMG]?)");
  private static final Pattern CHECKPOINT_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  /**
   * Reads and checks.
   *
   * @throws IllegalArgumentException if a value is not allowed
   */
  static SluiceSettings of(SluiceOptions options) {
    return of(options, Optional.empty());
  }

  /** The same with defaults that fit a cluster. */
  static SluiceSettings of(SluiceOptions options, Room room) {
    return of(options, Optional.of(room));
  }

  private static SluiceSettings of(SluiceOptions options, Optional<Room> room) {
    int slots = (int) within("slots", options.getSlots(), 1, MAX_SLOTS);
    int maxParallelism =
        options.getMaxParallelism() == -1
            ? 1024
            : (int) within("maxParallelism", options.getMaxParallelism(), 1, MAX_KEY_GROUPS);
    Optional<Checkpoints> checkpoints = checkpoints(options);
    return new SluiceSettings(
        cluster(options),
        slots,
        partitions(options, room.map(Room::slots).orElse(slots), maxParallelism),
        Math.min(
            maxParallelism,
            (int)
                within("scatteredPartitions", options.getScatteredPartitions(), 1, MAX_KEY_GROUPS)),
        maxParallelism,
        options.getMaxRecordsPerBatch() == -1
            ? 1 << 20
            : within("maxRecordsPerBatch", options.getMaxRecordsPerBatch(), 1, Long.MAX_VALUE),
        options.getEncodeAtShuffle(),
        options.isCheckMutation(),
        checkpoints,
        restore(options, checkpoints.isPresent()),
        acknowledge(options, checkpoints.isPresent()),
        memoryBudget(options, room),
        spillDir(options),
        maxTaskRetries(options),
        (int) within("pipelineDepth", options.getPipelineDepth(), 1, 64),
        replication(options, room.isPresent()),
        (int) within("maxSettleRounds", options.getMaxSettleRounds(), 1, Integer.MAX_VALUE),
        options.getProgress(),
        options.isFastPaths());
  }

  /** What the translation is told. */
  TranslationSettings translation(boolean streaming) {
    return new TranslationSettings(
        streaming,
        partitions,
        Math.max(partitions, scatteredPartitions),
        partitions,
        scatteredPartitions,
        fastPaths,
        checkMutation,
        job());
  }

  private JobSettings job() {
    return new JobSettings(
        ClockMode.REAL, // the translation decides
        encodeAtShuffle,
        maxParallelism,
        pipelineDepth,
        maxRecordsPerBatch,
        maxSettleRounds,
        memoryBudget,
        maxTaskRetries,
        acknowledge == Acknowledge.CHECKPOINTED,
        checkpoints.map(wanted -> wanted.interval().toMillis()).orElse(0L),
        replication);
  }

  /** What the engine is told. */
  EngineSettings engine() {
    return EngineSettings.defaults().withSlots(slots).withSpillDirectory(spillDir);
  }

  /** In one JVM there is nobody to keep a copy. */
  private static int replication(SluiceOptions options, boolean inCluster) {
    int copies = (int) within("replication", options.getReplication(), 1, 2);
    return inCluster ? copies : 1;
  }

  private static Optional<Cluster> cluster(SluiceOptions options) {
    String coordinator = options.getCoordinator();
    if (coordinator == null) {
      return Optional.empty();
    }
    if (!HOST_AND_PORT.matcher(coordinator).matches()) {
      throw refused("coordinator", coordinator, "host:port, such as 10.0.0.7:7600");
    }
    if ((options.getTlsCertificate() == null) != (options.getTlsKey() == null)) {
      throw new IllegalArgumentException("--tlsCertificate and --tlsKey go together");
    }
    ClusterSecurity security =
        new ClusterSecurity(
            file("secretFile", options.getSecretFile()),
            file("tlsCertificate", options.getTlsCertificate()),
            file("tlsKey", options.getTlsKey()),
            file("tlsTrust", options.getTlsTrust()),
            false);
    return Optional.of(new Cluster(coordinator, security, options.isDetached()));
  }

  private static Path file(String option, String name) {
    if (name == null) {
      return null;
    }
    Path path = Path.of(name);
    if (!Files.isReadable(path)) {
      throw refused(option, name, "a file that can be read");
    }
    return path;
  }

  private static int partitions(SluiceOptions options, int slots, int maxParallelism) {
    int partitions = options.getPartitions();
    if (partitions == 0) {
      return Math.min(2 * slots, maxParallelism);
    }
    if (partitions < 0 || partitions > maxParallelism) {
      throw refused(
          "partitions",
          partitions,
          "a whole number from 1 to maxParallelism, which is "
              + maxParallelism
              + ", or 0 for two of each slot");
    }
    return partitions;
  }

  private static Optional<Checkpoints> checkpoints(SluiceOptions options) {
    Duration interval = duration("checkpointInterval", options.getCheckpointInterval());
    String directory = options.getCheckpointDir();
    if (directory == null) {
      return Optional.empty();
    }
    if (directory.isBlank()) {
      throw refused("checkpointDir", directory, "the name of a directory");
    }
    return Optional.of(new Checkpoints(directory, interval));
  }

  private static Optional<String> restore(SluiceOptions options, boolean checkpointed) {
    String restore = options.getRestore();
    if (restore.equals("none")) {
      return Optional.empty();
    }
    if (!CHECKPOINT_NAME.matcher(restore).matches()) {
      throw refused("restore", restore, "latest, none, or the name of a checkpoint");
    }
    if (!checkpointed) {
      throw refused("restore", restore, "none unless --checkpointDir says where checkpoints are");
    }
    return Optional.of(restore);
  }

  private static Acknowledge acknowledge(SluiceOptions options, boolean checkpointed) {
    Acknowledge acknowledge = options.getAcknowledge();
    if (acknowledge == Acknowledge.CHECKPOINTED && !checkpointed) {
      throw refused("acknowledge", acknowledge, "COMMITTED unless there is a --checkpointDir");
    }
    return acknowledge;
  }

  private static int maxTaskRetries(SluiceOptions options) {
    int retries = options.getMaxTaskRetries();
    if (retries != 0) {
      throw refused(
          "maxTaskRetries",
          retries,
          "0 so far: neither the input nor the state of a failed task is kept as it was before");
    }
    return retries;
  }

  private static long memoryBudget(SluiceOptions options, Optional<Room> room) {
    String byDefault = new SluiceOptions.QuarterOfHeap().create(options);
    if (room.isPresent() && options.getMemoryBudget().equals(byDefault)) {
      return Math.max(MIN_BUDGET, room.get().memoryBudget());
    }
    String allowed = "a number of bytes of at least 1m, such as 64m or 2g";
    Matcher size = SIZE.matcher(options.getMemoryBudget());
    if (!size.matches()) {
      throw refused("memoryBudget", options.getMemoryBudget(), allowed);
    }
    int shift =
        switch (size.group(2).toLowerCase(Locale.ROOT)) {
          case "k" -> 10;
          case "m" -> 20;
          case "g" -> 30;
          default -> 0;
        };
    long number = Long.parseLong(size.group(1));
    if (number > Long.MAX_VALUE >> shift || number << shift < MIN_BUDGET) {
      throw refused("memoryBudget", options.getMemoryBudget(), allowed);
    }
    return number << shift;
  }

  private static Path spillDir(SluiceOptions options) {
    try {
      return Path.of(options.getSpillDir()).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw refused("spillDir", options.getSpillDir(), "the name of a local directory");
    }
  }

  private static Duration duration(String option, String value) {
    String allowed = "a time of at least 10ms, such as 500ms, 10s, 2m or 1h";
    Matcher matcher = DURATION.matcher(value);
    if (!matcher.matches()) {
      throw refused(option, value, allowed);
    }
    long number = Long.parseLong(matcher.group(1));
    Duration duration =
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(number);
          case "s" -> Duration.ofSeconds(number);
          case "m" -> Duration.ofMinutes(number);
          default -> Duration.ofHours(number);
        };
    if (duration.compareTo(MIN_INTERVAL) < 0) {
      throw refused(option, value, allowed);
    }
    return duration;
  }

  private static long within(String option, long value, long min, long max) {
    if (value < min || value > max) {
      boolean open = max == Long.MAX_VALUE || max == Integer.MAX_VALUE;
      String range = open ? "of " + min + " or more" : "from " + min + " to " + max;
      throw refused(option, value, "a whole number " + range);
    }
    return value;
  }

  private static IllegalArgumentException refused(String option, Object value, String allowed) {
    return new IllegalArgumentException(
        "--" + option + "=" + value + " is not allowed; it must be " + allowed);
  }
}
