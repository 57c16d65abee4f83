package dev.sluice.executor.transport.control;

import java.util.List;

/**
 * Something asked of the coordinator, by a client or an executor. Answered by one {@link Reply}
 * with the same {@link #id()}.
 */
public sealed interface Request extends Control {
  /** What the reply refers to: given by who asks, for one connection. */
  long id();

  /** Which of these files do you not have? Answered by {@link Reply.Missing}. */
  record WhatIsMissing(long id, List<StagedFile> files) implements Request {}

  /**
   * A piece of a file, in order from its beginning; the file is kept when all has come and the hash
   * is right. Answered by {@link Reply.Done}.
   */
  record Upload(long id, StagedFile file, long offset, byte[] bytes) implements Request {}

  /** Give me a piece of a file. Answered by {@link Reply.Piece}. */
  record Download(long id, StagedFile file, long offset) implements Request {}

  /**
   * Run a job. Answered by {@link Reply.Submitted} when it has begun on all executors.
   *
   * @param name for people
   * @param classPath staged before
   * @param program a serialized {@link dev.sluice.executor.api.JobProgram}
   */
  record Submit(long id, String name, List<StagedFile> classPath, byte[] program)
      implements Request {}

  /**
   * What is new in a job? Answered by {@link Reply.News} at once if there is something, otherwise
   * when there is or after {@code patienceMillis}.
   *
   * @param change number of the last change that the client knows, -1 for none
   * @param logLine number of the first log line that it has not had; {@link Long#MAX_VALUE} if it
   *     wants none
   */
  record Watch(long id, String job, long change, long logLine, long patienceMillis)
      implements Request {}

  /** End a job at once. Answered by {@link Reply.Done} when this is under way. */
  record Cancel(long id, String job) implements Request {}

  /** End a job in good order. Answered by {@link Reply.Done} when this is under way. */
  record Drain(long id, String job) implements Request {}

  /** All jobs, also some that have ended. Answered by {@link Reply.Jobs}. */
  record ListJobs(long id) implements Request {}

  /** How is the cluster? Answered by {@link Reply.Cluster}. */
  record ClusterStatus(long id) implements Request {}
}
