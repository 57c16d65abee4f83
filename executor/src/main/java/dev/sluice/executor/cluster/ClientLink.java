package dev.sluice.executor.cluster;

import dev.sluice.executor.net.Link;
import dev.sluice.executor.net.LinkHandler;
import dev.sluice.executor.transport.control.Control;
import dev.sluice.executor.transport.control.Reply;
import dev.sluice.executor.transport.control.Request;
import java.io.IOException;

/** What the coordinator hears over the link of one client. */
final class ClientLink implements LinkHandler {
  private final JobDesk jobs;
  private final StagingArea staging;
  private final long startedMillis;

  ClientLink(JobDesk jobs, StagingArea staging, long startedMillis) {
    this.jobs = jobs;
    this.staging = staging;
    this.startedMillis = startedMillis;
  }

  @Override
  public void message(Link link, Control message) {
    if (!(message instanceof Request request)) {
      throw new IllegalStateException("a client says " + message);
    }
    if (request instanceof Request.WhatIsMissing files) {
      link.send(new Reply.Missing(files.id(), staging.missing(files.files())));
    } else if (request instanceof Request.Upload upload) {
      take(link, upload);
    } else if (request instanceof Request.Submit submit) {
      jobs.submit(link, submit);
    } else if (request instanceof Request.Watch watch) {
      jobs.watch(link, watch);
    } else if (request instanceof Request.Cancel cancel) {
      jobs.end(link, cancel.id(), cancel.job(), false);
    } else if (request instanceof Request.Drain drain) {
      jobs.end(link, drain.id(), drain.job(), true);
    } else if (request instanceof Request.ListJobs list) {
      jobs.list(link, list.id());
    } else if (request instanceof Request.ClusterStatus status) {
      jobs.status(link, status.id(), startedMillis);
    } else {
      link.send(new Reply.Refused(request.id(), "clients do not ask this"));
    }
  }

  /** On the link's thread: a client that sends faster than the disk takes waits. */
  private void take(Link link, Request.Upload upload) {
    try {
      staging.append(link, upload.file(), upload.offset(), upload.bytes());
      link.send(new Reply.Done(upload.id()));
    } catch (IOException e) {
      link.send(
          new Reply.Refused(
              upload.id(),
              upload.file().name() + " cannot be kept at the coordinator: " + e.getMessage()));
    }
  }

  @Override
  public void closed(Link link, String why) {
    staging.forget(link);
  }
}
