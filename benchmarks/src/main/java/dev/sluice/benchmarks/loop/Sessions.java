package dev.sluice.benchmarks.loop;

import dev.sluice.benchmarks.workload.Job;
import dev.sluice.benchmarks.workload.Lines;
import dev.sluice.benchmarks.workload.Workload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@link Workload#SESSIONS}. */
final class Sessions implements WindowProgram<Map<String, List<Sessions.Session>>> {
  private final Job job;

  /** The last session of each key, which may go on. */
  private final Map<String, Session> last = new HashMap<>();

  Sessions(Job job) {
    this.job = job;
  }

  /** Some lines of one key. */
  static final class Session {
    final long begin;
    long latest;
    long lines;

    Session(long begin) {
      this.begin = begin;
      this.latest = begin;
    }

    boolean takes(long time) {
      return time < latest + Workload.SESSION_GAP_MILLIS;
    }
  }

  @Override
  public Map<String, List<Session>> window(long windowBegin, long from, long to) {
    Lines lines = job.stream().lines();
    Map<String, List<Session>> sessions = new HashMap<>();
    for (long index = from; index < to; index++) {
      List<Session> ofKey =
          sessions.computeIfAbsent(Lines.key(lines.line(index)), any -> new ArrayList<>());
      long time = job.stream().timestamp(index);
      Session session = ofKey.isEmpty() ? null : ofKey.get(ofKey.size() - 1);
      if (session == null || !session.takes(time)) {
        session = new Session(time);
        ofKey.add(session);
      }
      session.latest = time;
      session.lines++;
    }
    return sessions;
  }

  @Override
  public void finish(long windowBegin, Map<String, List<Session>> sessions) {
    sessions.forEach((key, ofKey) -> ofKey.forEach(session -> follow(key, session)));
  }

  private void follow(String key, Session session) {
    Session before = last.get(key);
    if (before != null && before.takes(session.begin)) {
      before.latest = session.latest;
      before.lines += session.lines;
      return;
    }
    if (before != null) {
      tell(key, before);
    }
    last.put(key, session);
  }

  @Override
  public void end() {
    last.forEach(this::tell);
  }

  private void tell(String key, Session session) {
    long length = session.latest + Workload.SESSION_GAP_MILLIS - session.begin;
    job.ledger().add(key, session.begin, Workload.session(session.lines, length));
  }
}
