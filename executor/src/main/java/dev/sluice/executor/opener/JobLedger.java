package dev.sluice.executor.opener;

import dev.sluice.executor.api.ClockMode;
import dev.sluice.executor.api.JobProgress;
import dev.sluice.executor.api.StageSpec;
import dev.sluice.executor.api.TaskReport;
import dev.sluice.executor.api.Watermarks;
import dev.sluice.executor.transport.JobPlan;
import dev.sluice.executor.transport.SourceSummary;
import dev.sluice.executor.transport.Split;
import dev.sluice.executor.transport.ToExecutor.OpenBatch;
import dev.sluice.executor.transport.ToOpener.BatchReleased;
import dev.sluice.executor.transport.ToOpener.BeginOpening;
import dev.sluice.executor.transport.ToOpener.CheckpointEnded;
import dev.sluice.executor.transport.ToOpener.SourcesSeen;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What the opener knows of its job: a table that only records. Owned by its opener.
 *
 * <p>Invariants: batches are opened and committed one after the other; {@code committed <= opened};
 * processing time and the number of ended splits never fall.
 */
final class JobLedger {
  /** A batch that is open and not committed. */
  static final class OpenBatchEntry {
    final long batch;
    final long openedNanos;
    int missing;
    long nextWakeUp = TaskReport.NO_WAKE_UP;
    long sinkWakeUp = TaskReport.NO_WAKE_UP;
    boolean withheld;
    int outputsAtMax;
    long minWatermark = Watermarks.MAX;
    int laggingStage = -1;
    long recordsRead;
    long bytesRead;

    /** Of the task that had most to do. */
    long workNanos;

    int metricsReports;
    boolean wantsAcknowledge;

    OpenBatchEntry(long batch, long openedNanos, int missing) {
      this.batch = batch;
      this.openedNanos = openedNanos;
      this.missing = missing;
    }

    void add(BatchReleased report) {
      missing--;
      nextWakeUp = Math.min(nextWakeUp, report.nextWakeUp());
      sinkWakeUp = Math.min(sinkWakeUp, report.sinkWakeUp());
      withheld |= report.withheld();
      outputsAtMax += report.outputsAtMax();
      minWatermark = Math.min(minWatermark, report.minWatermark());
      if (laggingStage < 0 || report.laggingStage() >= 0) {
        laggingStage =
            laggingStage < 0
                ? report.laggingStage()
                : Math.min(laggingStage, report.laggingStage());
      }
      recordsRead += report.recordsRead();
      bytesRead += report.bytesRead();
      workNanos = Math.max(workNanos, report.workNanos());
      metricsReports += report.metricsReports();
      wantsAcknowledge |= report.wantsAcknowledge();
    }
  }

  private static final Comparator<Split> SPLIT_ORDER =
      Comparator.comparingInt(Split::stage).thenComparingInt(Split::partition);

  private final int[] members;

  /** By number of executor. */
  private final boolean[] reads;

  private final SourceSummary[] seen;
  private final long[] seenAfter;
  private final int splits;
  private final List<Split> unboundedSplits = new ArrayList<>();
  private final Set<Split> boundedSplits = new LinkedHashSet<>();
  private final int outputs;
  private final Deque<OpenBatchEntry> inFlight = new ArrayDeque<>();

  private final Set<Split> ended = new LinkedHashSet<>();
  private List<Split> endedInOrder = List.of();
  private int sealed;
  private boolean draining;

  private Phase phase = Phase.READING;
  private final long resumedAfter;
  private long opened;
  private long openedNanos;
  private long time;
  private int rounds;
  private int fruitless;
  private int outputsAtMaxBefore = -1;

  private long committed;
  private long recordsRead;
  private long bytesRead;
  private OpenBatchEntry last;

  private final boolean checkpoints;
  private final long checkpointNanos;
  private long marked;
  private long markedNanos;
  private boolean checkpointUnderWay;
  private int checkpointFailures;
  private Exception checkpointError;
  private final boolean acknowledgesWhenCovered;
  private long acknowledgeWanted;
  private long covered;

  JobLedger(BeginOpening begin, long wallTime, long nanos) {
    JobPlan plan = begin.plan();
    members = plan.assignment().executors();
    int numbers = plan.assignment().executorNumbers();
    reads = new boolean[numbers];
    seen = new SourceSummary[numbers];
    seenAfter = new long[numbers];
    Arrays.fill(seen, SourceSummary.NONE);
    List<OpenBatch> inherited = begin.open();
    resumedAfter =
        inherited.isEmpty()
            ? begin.committed()
            : inherited.get(inherited.size() - 1).descriptor().batch();
    opened = resumedAfter;
    committed = begin.committed();
    checkpointUnderWay = begin.checkpoints().settling() >= 0;
    marked = checkpointUnderWay ? begin.checkpoints().settling() : begin.checkpoints().newest();
    markedNanos = nanos;
    checkpoints = plan.checkpoints() && !plan.graph().stages().isEmpty();
    acknowledgesWhenCovered = plan.graph().settings().acknowledgeOnCheckpoint();
    acknowledgeWanted = resumedAfter;
    covered = begin.checkpoints().covered();
    checkpointNanos = plan.graph().settings().checkpointIntervalMillis() * 1_000_000;
    last = new OpenBatchEntry(committed, 0, 0);
    Arrays.fill(seenAfter, resumedAfter - 1);
    for (int executor : members) {
      reads[executor] = plan.assignment().readsSources(plan.graph(), executor);
    }
    int outputCount = 0;
    for (StageSpec stage : plan.graph().stages()) {
      outputCount += stage.outputs() * stage.partitions();
      for (int p = 0; stage.source() != null && p < stage.partitions(); p++) {
        Split split = new Split(stage.id(), p);
        if (stage.source().unbounded()) {
          unboundedSplits.add(split);
        } else {
          boundedSplits.add(split);
        }
      }
    }
    splits = unboundedSplits.size() + boundedSplits.size();
    outputs = outputCount;
    time =
        plan.firstBatch() > 0 && plan.graph().settings().clockMode() == ClockMode.SCRIPTED
            ? plan.notBefore()
            : Math.max(wallTime, plan.notBefore());
    openedNanos = nanos;
    last.minWatermark = Watermarks.MIN;
    if (begin.before() != null) {
      recordsRead = begin.before().recordsRead();
      bytesRead = begin.before().bytesRead();
      last.minWatermark = begin.before().minWatermark();
      time = Math.max(time, begin.before().processingTime());
    }
    for (OpenBatch open : inherited) {
      time = Math.max(time, open.descriptor().processingTime());
      inFlight.addLast(new OpenBatchEntry(open.descriptor().batch(), nanos, members.length));
    }
    if (begin.draining()) {
      drain();
    }
  }

  void sourcesSeen(SourcesSeen report) {
    int executor = report.executor();
    if (report.batch() < seenAfter[executor]) {
      return; // a look at idle sources that a batch has overtaken
    }
    seenAfter[executor] = report.batch();
    seen[executor] = report.sources();
    if (ended.addAll(report.sources().ended())) {
      sortEnded();
    }
  }

  void drain() {
    draining = true;
    if (ended.addAll(unboundedSplits)) {
      sortEnded();
    }
  }

  private void sortEnded() {
    endedInOrder = ended.stream().sorted(SPLIT_ORDER).toList();
  }

  /** Takes a report; returns the batch that is thereby committed, or null. */
  OpenBatchEntry released(BatchReleased report) {
    OpenBatchEntry entry = null;
    for (OpenBatchEntry candidate : inFlight) {
      entry = candidate.batch == report.batch() ? candidate : entry;
    }
    if (entry == null) {
      throw new IllegalStateException(
          "a report of batch " + report.batch() + ", which is not open");
    }
    entry.add(report);
    if (entry.missing > 0) {
      return null;
    }
    if (inFlight.removeFirst() != entry) {
      throw new IllegalStateException("batch " + entry.batch + " is released before an older one");
    }
    committed = entry.batch;
    acknowledgeWanted = entry.wantsAcknowledge ? committed : acknowledgeWanted;
    recordsRead += entry.recordsRead;
    bytesRead += entry.bytesRead;
    last = entry;
    return entry;
  }

  void opened(Decision.Open open, long nanos) {
    if (open.time() < time) {
      throw new IllegalStateException("processing time falls from " + time + " to " + open.time());
    }
    if (open.phase() == Phase.SEALING && open.release()) {
      fruitless = last.outputsAtMax > outputsAtMaxBefore ? 0 : fruitless + 1;
      outputsAtMaxBefore = last.outputsAtMax;
    }
    phase = open.phase();
    time = open.time();
    rounds = open.forWakeUp() ? rounds + 1 : 0;
    sealed = open.seal() ? ended.size() : sealed;
    openedNanos = nanos;
    opened++;
    if (open.checkpoint()) {
      marked = opened;
      markedNanos = nanos;
      checkpointUnderWay = true;
    }
    inFlight.addLast(new OpenBatchEntry(opened, nanos, members.length));
  }

  Situation situation(long wallTime, long nanos) {
    return new Situation(
        phase,
        inFlight.size(),
        draining,
        sourcesKnown(),
        sources(),
        resumedAfter >= 0 && opened == resumedAfter,
        last.nextWakeUp,
        last.sinkWakeUp,
        last.withheld,
        committed > resumedAfter && last.outputsAtMax == outputs,
        rounds,
        fruitless,
        time,
        wallTime,
        nanos - openedNanos,
        checkpoint(nanos));
  }

  private Situation.Checkpoint checkpoint(long nanos) {
    if (!checkpoints) {
      return Situation.Checkpoint.NONE;
    }
    long left = checkpointNanos == 0 ? Long.MAX_VALUE : markedNanos + checkpointNanos - nanos;
    return new Situation.Checkpoint(
        true,
        checkpointUnderWay,
        marked == opened,
        checkpointFailures,
        acknowledgesWhenCovered && acknowledgeWanted > covered,
        left);
  }

  /** A checkpoint has ended; returns whether it is the one that is under way here. */
  boolean checkpointEnded(CheckpointEnded checkpoint) {
    if (!checkpointUnderWay || checkpoint.batch() != marked) {
      return false; // it was given up when this epoch began
    }
    checkpointUnderWay = false;
    checkpointError = checkpoint.error();
    checkpointFailures = checkpointError == null ? 0 : checkpointFailures + 1;
    covered = Math.max(covered, checkpoint.covered());
    return true;
  }

  /** Whether a batch has a checkpoint that is under way. */
  boolean awaitsCheckpointOf(long batch) {
    return checkpointUnderWay && marked == batch;
  }

  /** Why the last checkpoint was given up; null if it was not. */
  Exception checkpointError() {
    return checkpointError;
  }

  private boolean sourcesKnown() {
    for (int executor : members) {
      if (reads[executor] && seenAfter[executor] < opened) {
        return false;
      }
    }
    return true;
  }

  private Situation.Sources sources() {
    boolean boundedReady = false;
    boolean unboundedReady = false;
    boolean moved = false;
    long boundedAdvance = 0;
    long unboundedAdvance = 0;
    for (SourceSummary summary : seen) {
      boundedReady |= summary.boundedReady();
      boundedAdvance += summary.boundedAdvance();
      unboundedReady |= summary.unboundedReady();
      unboundedAdvance += summary.unboundedAdvance();
      moved |= summary.moved();
    }
    return new Situation.Sources(
        boundedReady,
        boundedAdvance,
        unboundedReady && !draining,
        draining ? 0 : unboundedAdvance,
        moved && !draining,
        ended.containsAll(boundedSplits),
        ended.size() == splits,
        ended.size() > sealed);
  }

  List<Split> ended() {
    return endedInOrder;
  }

  boolean draining() {
    return draining;
  }

  long lastOpened() {
    return opened;
  }

  long time() {
    return time;
  }

  int batchesInFlight() {
    return inFlight.size();
  }

  OpenBatchEntry lastCommitted() {
    return last;
  }

  JobProgress progress() {
    return new JobProgress(opened, committed, recordsRead, bytesRead, last.minWatermark, time);
  }
}
