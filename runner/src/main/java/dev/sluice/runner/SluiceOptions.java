package dev.sluice.runner;

import dev.sluice.executor.api.EncodeAtShuffle;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.DefaultValueFactory;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.FileStagingOptions;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.StreamingOptions;

/**
 * The options of {@link SluiceRunner}. All have defaults; a value that is not allowed is refused
 * when the pipeline is run, with a message that names the option, the value and what is allowed.
 *
 * <p>A pipeline that is run and not waited for is finished before the JVM ends; see {@link
 * SluiceRunner#run} for what becomes of its failure.
 *
 * <p>Option names live in one room with those of every other runner on the class path, where a
 * property must have one type and one default. {@code maxParallelism} and {@code
 * maxRecordsPerBatch} are therefore boxed and default to -1, as other runners declare them.
 */
public interface SluiceOptions extends StreamingOptions, FileStagingOptions {
  @Description(
      "The coordinator of the cluster that runs the pipeline, as host:port. Without it the pipeline"
          + " runs in this JVM.")
  String getCoordinator();

  void setCoordinator(String coordinator);

  @Description(
      "The file with the secret that the processes of the cluster share. Default: none, for a cluster"
          + " on this machine.")
  String getSecretFile();

  void setSecretFile(String secretFile);

  @Description(
      "The file with the certificates of the authorities that sign the cluster's certificates, PEM."
          + " With it, or tlsCertificate, connections are encrypted.")
  String getTlsTrust();

  void setTlsTrust(String tlsTrust);

  @Description(
      "The file with the certificate chain to show to the cluster, PEM; needs tlsKey. Default: none.")
  String getTlsCertificate();

  void setTlsCertificate(String tlsCertificate);

  @Description("The file with the private key of tlsCertificate, PEM, PKCS#8.")
  String getTlsKey();

  void setTlsKey(String tlsKey);

  @Description(
      "Whether a pipeline on a cluster goes on when this JVM is told to stop while it waits for the"
          + " pipeline. A JVM that ends without waiting leaves it running in any case. Default: false.")
  @Default.Boolean(false)
  boolean isDetached();

  void setDetached(boolean detached);

  @Description(
      "How many tasks run at once in one process, each on a thread of its own. More slots than cores"
          + " help pipelines whose DoFns or readers wait. From 1 to 1024; default: the number of"
          + " cores.")
  @Default.InstanceFactory(Cores.class)
  int getSlots();

  void setSlots(int slots);

  @Description(
      "Into how many partitions each stage is divided; at most maxParallelism. 0, the default: two"
          + " for each slot.")
  @Default.Integer(0)
  int getPartitions();

  void setPartitions(int partitions);

  @Description(
      "Into how many partitions a bounded stage behind a Reshuffle is divided, so that work that"
          + " merely waits is done side by side; at most maxParallelism. Default: 128.")
  @Default.Integer(128)
  int getScatteredPartitions();

  void setScatteredPartitions(int scatteredPartitions);

  @Description(
      "The number of key groups, which is the largest number of partitions a keyed stage can ever"
          + " have. It is part of a checkpoint and cannot be changed on restore. From 1 to 32768;"
          + " -1, the default: 1024.")
  @Default.Integer(-1)
  Integer getMaxParallelism();

  void setMaxParallelism(Integer maxParallelism);

  @Description(
      "The most records that one split of an unbounded source puts into one micro-batch; within it"
          + " the size follows the load. 1 or more; -1, the default: 1048576.")
  @Default.Long(-1)
  Long getMaxRecordsPerBatch();

  void setMaxRecordsPerBatch(Long maxRecordsPerBatch);

  @Description(
      "When elements are encoded between two stages in the same process: WHEN_NEEDED (default: only"
          + " if the coders of both ends differ, or to spill, replicate or checkpoint) or ALWAYS, as"
          + " if the stages were in different processes.")
  @Default.Enum("WHEN_NEEDED")
  EncodeAtShuffle getEncodeAtShuffle();

  void setEncodeAtShuffle(EncodeAtShuffle encodeAtShuffle);

  @Description(
      "Whether to check that user code does not change elements it was given or has emitted, by"
          + " comparing their encodings. Default: only with TestSluiceRunner.")
  @Default.InstanceFactory(OnlyInTests.class)
  boolean isCheckMutation();

  void setCheckMutation(boolean checkMutation);

  @Description(
      "The directory for checkpoints, on any file system that Beam knows. Without it a pipeline"
          + " keeps no checkpoints.")
  String getCheckpointDir();

  void setCheckpointDir(String checkpointDir);

  @Description(
      "The time between two checkpoints, such as 500ms, 10s, 2m or 1h; at least 10ms. Default: 10s.")
  @Default.String("10s")
  String getCheckpointInterval();

  void setCheckpointInterval(String checkpointInterval);

  @Description(
      "The checkpoint to begin from: latest, the name of one in checkpointDir, or none. Default:"
          + " none.")
  @Default.String("none")
  String getRestore();

  void setRestore(String restore);

  @Description(
      "When sources are told that their records are done with, bundle finalizers run and metrics"
          + " count as committed: COMMITTED (once the micro-batch is committed) or CHECKPOINTED (once"
          + " checkpoints cover it). Default: CHECKPOINTED with a checkpointDir, otherwise COMMITTED.")
  @Default.InstanceFactory(OnceSafe.class)
  Acknowledge getAcknowledge();

  void setAcknowledge(Acknowledge acknowledge);

  @Description(
      "How much of the heap elements between stages may take before they go to disk, such as 64m or"
          + " 2g; at least 1m. Default: a quarter of the largest heap.")
  @Default.InstanceFactory(QuarterOfHeap.class)
  String getMemoryBudget();

  void setMemoryBudget(String memoryBudget);

  @Description(
      "The local directory for what does not fit into memory. Default: the JVM's directory for"
          + " temporary files.")
  @Default.InstanceFactory(TemporaryFiles.class)
  String getSpillDir();

  void setSpillDir(String spillDir);

  @Description(
      "How often a task whose user code threw is tried again before the pipeline fails. Only 0, the"
          + " default, is possible so far: a task takes its input and changes its state as it goes,"
          + " and neither is kept as it was before. What fails fails the pipeline, which --restore"
          + " resumes from its last checkpoint.")
  @Default.Integer(0)
  int getMaxTaskRetries();

  void setMaxTaskRetries(int maxTaskRetries);

  @Description(
      "How many micro-batches may be under way at the same time. From 1 to 64; default: 2.")
  @Default.Integer(2)
  int getPipelineDepth();

  void setPipelineDepth(int pipelineDepth);

  @Description(
      "On how many executors of a cluster everything of a streaming pipeline is kept that the death"
          + " of one must not lose: 1 or 2. With 2, the pipeline goes on within a moment when an"
          + " executor dies; with 1 it fails then, and can be restored from a checkpoint. A bounded"
          + " pipeline keeps one copy and begins anew. Without --coordinator it has no meaning."
          + " Default: 2.")
  @Default.Integer(2)
  int getReplication();

  void setReplication(int replication);

  @Description(
      "How many micro-batches in a row may be spent, at the end of a bounded pipeline, on timers"
          + " that set themselves again. 1 or more; default: 1000.")
  @Default.Integer(1000)
  int getMaxSettleRounds();

  void setMaxSettleRounds(int maxSettleRounds);

  @Description(
      "Whether to show progress on standard error: ON, OFF, or AUTO (default: if it is a terminal).")
  @Default.Enum("AUTO")
  Progress getProgress();

  void setProgress(Progress progress);

  @Description(
      "Whether the common cases of ParDo, GroupByKey and Combine run on code made for them in place"
          + " of the general one. Results are the same. Default: true.")
  @Default.Boolean(true)
  boolean isFastPaths();

  void setFastPaths(boolean fastPaths);

  /** When a micro-batch counts as done for the outer world. */
  enum Acknowledge {
    /** Once all its tasks are released. */
    COMMITTED,
    /** Once checkpoints cover it, so that it is never done again. */
    CHECKPOINTED
  }

  /** Whether progress is shown. */
  enum Progress {
    /** If standard error is a terminal. */
    AUTO,
    /** In any case: rewritten on a terminal, else as a line every few seconds. */
    ON,
    /** Never. */
    OFF
  }

  /** Default of {@code slots}. */
  class Cores implements DefaultValueFactory<Integer> {
    @Override
    public Integer create(PipelineOptions options) {
      return Runtime.getRuntime().availableProcessors();
    }
  }

  /** Default of {@code checkMutation}. */
  class OnlyInTests implements DefaultValueFactory<Boolean> {
    @Override
    public Boolean create(PipelineOptions options) {
      try {
        return TestSluiceRunner.class.equals(options.getRunner());
      } catch (IllegalArgumentException e) {
        return false; // options that name no runner, given to one that was made by hand
      }
    }
  }

  /** Default of {@code acknowledge}. */
  class OnceSafe implements DefaultValueFactory<Acknowledge> {
    @Override
    public Acknowledge create(PipelineOptions options) {
      return options.as(SluiceOptions.class).getCheckpointDir() == null
          ? Acknowledge.COMMITTED
          : Acknowledge.CHECKPOINTED;
    }
  }

  /** Default of {@code memoryBudget}. */
  class QuarterOfHeap implements DefaultValueFactory<String> {
    @Override
    public String create(PipelineOptions options) {
      return Long.toString(Runtime.getRuntime().maxMemory() / 4);
    }
  }

  /** Default of {@code spillDir}. */
  class TemporaryFiles implements DefaultValueFactory<String> {
    @Override
    public String create(PipelineOptions options) {
      return System.getProperty("java.io.tmpdir");
    }
  }
}
