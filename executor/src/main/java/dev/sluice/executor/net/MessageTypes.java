package dev.sluice.executor.net;

import com.esotericsoftware.kryo.Serializer;
import dev.sluice.executor.api.BatchDescriptor;
import dev.sluice.executor.api.JobProgress;
import dev.sluice.executor.api.TaskFailure;
import dev.sluice.executor.api.TaskReport;
import dev.sluice.executor.state.SnapshotObject;
import dev.sluice.executor.state.SnapshotRows;
import dev.sluice.executor.transport.Address;
import dev.sluice.executor.transport.Assignment;
import dev.sluice.executor.transport.CheckpointFacts;
import dev.sluice.executor.transport.Inventory;
import dev.sluice.executor.transport.JobPlan;
import dev.sluice.executor.transport.SentBlock;
import dev.sluice.executor.transport.SourceSummary;
import dev.sluice.executor.transport.Split;
import dev.sluice.executor.transport.TaskCopy;
import dev.sluice.executor.transport.TaskId;
import dev.sluice.executor.transport.ToCoordinator;
import dev.sluice.executor.transport.ToExecutor;
import dev.sluice.executor.transport.ToOpener;
import dev.sluice.executor.transport.control.Membership;
import dev.sluice.executor.transport.control.Preparation;
import dev.sluice.executor.transport.control.Reply;
import dev.sluice.executor.transport.control.Request;
import dev.sluice.executor.transport.control.StagedFile;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The table of everything that may be sent, by the number that stands for it on the wire. What is
 * not in it is neither written nor read. Immutable.
 *
 * <p><b>A new message type</b> is a record and gets a free number here; so does every record that
 * is a component of it. A number is never used for another type.
 *
 * <p>Components of records may be:
 *
 * <ul>
 *   <li>primitives, their boxes, {@link String}, enums, arrays of what is listed here;
 *   <li>{@link java.util.Collection}, {@link java.util.List}, {@link java.util.Set}, {@link
 *       java.util.SortedSet}, {@link java.util.Map}, {@link java.util.SortedMap}, {@link
 *       java.util.Optional} of what is listed here, with type arguments; they are read as
 *       unmodifiable ones in the order in which they were written;
 *   <li>records of this table, and interfaces of which these are the implementations;
 *   <li>{@link dev.sluice.executor.block.Block}, of a {@link SentBlock} only: its bytes follow the
 *       message as they are;
 *   <li>{@link Throwable} and what extends it: read in the class loader of the job, or as a {@link
 *       SubstituteException} where a class is missing;
 *   <li>{@link dev.sluice.executor.api.JobGraph}, and {@link Object} for any serializable object:
 *       read in the class loader of the job.
 * </ul>
 *
 * All but primitives may be null.
 */
public final class MessageTypes {
  /** Lower numbers are Kryo's own. */
  static final int FIRST = 20;

  /** Everything that Sluice sends. */
  public static final MessageTypes ALL =
      new MessageTypes(new TreeMap<>())
          .add(20, ToExecutor.StartJob.class)
          .add(21, ToExecutor.WatchSources.class)
          .add(22, ToExecutor.OpenBatch.class)
          .add(23, ToExecutor.StageReleased.class)
          .add(24, ToExecutor.BatchesCommitted.class)
          .add(25, ToExecutor.CheckpointEnded.class)
          .add(26, ToExecutor.StopJob.class)
          .add(27, ToExecutor.InEpoch.class)
          .add(28, ToExecutor.StageSealed.class)
          .add(29, ToExecutor.StageCopied.class)
          .add(30, ToExecutor.StateCopied.class)
          .add(31, ToExecutor.CopyTaken.class)
          .add(32, ToExecutor.StateTaken.class)
          .add(33, ToExecutor.Fence.class)
          .add(34, ToExecutor.BeginEpoch.class)
          .add(35, ToExecutor.Moved.class)
          .add(36, ToExecutor.Resent.class)
          .add(37, ToExecutor.Gone.class)
          .add(38, ToExecutor.ViewCopied.class)
          .add(60, ToOpener.BeginOpening.class)
          .add(61, ToOpener.SourcesSeen.class)
          .add(62, ToOpener.BatchReleased.class)
          .add(63, ToOpener.Drain.class)
          .add(64, ToOpener.CheckpointEnded.class)
          .add(65, ToOpener.EndOpening.class)
          .add(66, ToOpener.InEpoch.class)
          .add(100, ToCoordinator.JobStarted.class)
          .add(101, ToCoordinator.JobFailed.class)
          .add(102, ToCoordinator.JobStopped.class)
          .add(103, ToCoordinator.TaskMetrics.class)
          .add(104, ToCoordinator.BatchOpened.class)
          .add(105, ToCoordinator.BatchCommitted.class)
          .add(106, ToCoordinator.SnapshotTaken.class)
          .add(107, ToCoordinator.JobComplete.class)
          .add(108, ToCoordinator.SnapshotWritten.class)
          .add(109, ToCoordinator.Inventories.class)
          .add(110, ToCoordinator.Repaired.class)
          .add(111, ToCoordinator.CopiesLost.class)
          .add(140, Address.class)
          .add(141, Assignment.class, AssignmentSerializer::new)
          .add(142, JobPlan.class)
          .add(143, SentBlock.class, SentBlockSerializer::new)
          .add(144, SourceSummary.class)
          .add(145, Split.class)
          .add(146, BatchDescriptor.class)
          .add(147, JobProgress.class)
          .add(148, TaskFailure.class)
          .add(149, SnapshotObject.class)
          .add(150, SnapshotRows.class, SnapshotRowsSerializer::new)
          .add(151, TaskCopy.class)
          .add(152, TaskCopy.Target.class)
          .add(153, TaskReport.class)
          .add(154, TaskId.class)
          .add(155, Inventory.class)
          .add(156, Inventory.Owned.class)
          .add(157, Inventory.Standby.class)
          .add(158, Inventory.Arrived.class)
          .add(159, CheckpointFacts.class)
          .add(200, Membership.Join.class)
          .add(201, Membership.Joined.class)
          .add(202, Membership.Directory.class)
          .add(203, Membership.Member.class)
          .add(204, Membership.Heartbeat.class)
          .add(205, Membership.Unreachable.class)
          .add(206, Membership.Leaving.class)
          .add(207, Membership.Dead.class)
          .add(208, Membership.Attend.class)
          .add(230, Preparation.PrepareJob.class)
          .add(231, Preparation.CheckpointsOfJob.class)
          .add(232, Preparation.JobPrepared.class)
          .add(233, Preparation.ForgetJob.class)
          .add(234, Preparation.LogLines.class)
          .add(260, Request.WhatIsMissing.class)
          .add(261, Request.Upload.class)
          .add(262, Request.Download.class)
          .add(263, Request.Submit.class)
          .add(264, Request.Watch.class)
          .add(265, Request.Cancel.class)
          .add(266, Request.Drain.class)
          .add(267, Request.ListJobs.class)
          .add(268, Request.ClusterStatus.class)
          .add(300, Reply.Refused.class)
          .add(301, Reply.Done.class)
          .add(302, Reply.Missing.class)
          .add(303, Reply.Piece.class)
          .add(304, Reply.Submitted.class)
          .add(305, Reply.News.class)
          .add(306, Reply.Jobs.class)
          .add(307, Reply.JobStatus.class)
          .add(308, Reply.Cluster.class)
          .add(309, Reply.ExecutorStatus.class)
          .add(310, Reply.Failure.class)
          .add(340, StagedFile.class);

  /**
   * A type of the table.
   *
   * @param serializer makes its serializer, one for each Kryo
   */
  record Entry(Class<?> type, Supplier<Serializer<?>> serializer) {}

  private final SortedMap<Integer, Entry> entries;

  private MessageTypes(SortedMap<Integer, Entry> entries) {
    this.entries = entries;
  }

  /** This table and a record. */
  MessageTypes add(int number, Class<?> type) {
    return add(number, type, () -> new RecordSerializer<>(type));
  }

  private MessageTypes add(int number, Class<?> type, Supplier<Serializer<?>> serializer) {
    if (number < FIRST || types().contains(type)) {
      throw new IllegalArgumentException(type + " at " + number + ": taken");
    }
    SortedMap<Integer, Entry> all = new TreeMap<>(entries);
    Entry there = all.putIfAbsent(number, new Entry(type, serializer));
    if (there != null) {
      throw new IllegalArgumentException(type + " at " + number + ", where " + there.type + " is");
    }
    return new MessageTypes(all);
  }

  SortedMap<Integer, Entry> serializers() {
    return entries;
  }

  /** All types, by number. */
  List<Class<?>> types() {
    return entries.values().stream().<Class<?>>map(Entry::type).toList();
  }
}
