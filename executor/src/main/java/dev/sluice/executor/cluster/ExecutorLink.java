package dev.sluice.executor.cluster;

import dev.sluice.executor.net.Link;
import dev.sluice.executor.net.LinkHandler;
import dev.sluice.executor.transport.control.Control;
import dev.sluice.executor.transport.control.Membership;
import dev.sluice.executor.transport.control.Preparation;
import dev.sluice.executor.transport.control.Reply;
import dev.sluice.executor.transport.control.Request;
import java.io.IOException;

/** What the coordinator hears over the link of one executor, or of a candidate. */
final class ExecutorLink implements LinkHandler {
  private final MemberDesk members;
  private final JobDesk jobs;
  private final StagingArea staging;
  private final int executor;

  ExecutorLink(Link link, MemberDesk members, JobDesk jobs, StagingArea staging) {
    this.members = members;
    this.jobs = jobs;
    this.staging = staging;
    this.executor = link.peer().executor();
  }

  @Override
  public void message(Link link, Control message) {
    if (executor < 0) {
      if (!(message instanceof Membership.Join join)) {
        throw new IllegalStateException("a candidate says " + message);
      }
      members.join(link, join);
      return;
    }
    if (message instanceof Membership.Attend attend) {
      members.attend(executor, attend.life(), link);
      return;
    }
    members.heard(executor, link);
    if (message instanceof Membership.Leaving leaving) {
      members.gone(executor, link, leaving.reason());
    } else if (message instanceof Membership.Unreachable unreachable) {
      members.complained(executor, link, unreachable.executor(), unreachable.why());
    } else if (message instanceof Preparation.JobPrepared prepared) {
      jobs.prepared(executor, prepared);
    } else if (message instanceof Preparation.LogLines lines) {
      jobs.logged(executor, lines);
    } else if (message instanceof Request.Download download) {
      send(link, download);
    }
  }

  private void send(Link link, Request.Download download) {
    try {
      link.send(new Reply.Piece(download.id(), staging.read(download.file(), download.offset())));
    } catch (IOException e) {
      link.send(
          new Reply.Refused(
              download.id(), download.file().name() + " cannot be read at the coordinator: " + e));
    }
  }

  @Override
  public void closed(Link link, String why) {
    if (executor >= 0) {
      members.lost(executor, link);
    }
  }
}
