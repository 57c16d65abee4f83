package dev.sluice.executor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JobLogsTest {
  @Test
  void whatIsTooMuchIsCounted() {
    JobLog log = new JobLog();
    assertThat(log.take()).isNull();
    for (int i = 0; i < 1_500; i++) {
      log.add("line " + i);
    }
    JobLog.Batch batch = log.take();

    assertThat(batch.lines()).hasSize(1_000).first().isEqualTo("line 0");
    assertThat(batch.dropped()).isEqualTo(500);
    log.add("one more");
    assertThat(log.take()).isEqualTo(new JobLog.Batch(List.of("one more"), 0));
  }

  @Test
  void longLineIsCut() {
    JobLog log = new JobLog();
    log.add("x".repeat(100_000));

    assertThat(log.take().lines().get(0)).hasSizeLessThan(9_000).endsWith("…");
  }

  @Test
  void tailKeepsTheLatestAndTellsWhatIsMissing() {
    LogTail tail = new LogTail();
    for (int i = 0; i < 2_010; i++) {
      tail.add("line " + i);
    }

    assertThat(tail.next()).isEqualTo(2_010);
    assertThat(tail.from(2_008)).containsExactly("line 2008", "line 2009");
    assertThat(tail.from(2_010)).isEmpty();
    assertThat(tail.from(Long.MAX_VALUE)).isEmpty();
    assertThat(tail.from(0)).hasSize(2_001).startsWith("(10 log lines were not kept)", "line 10");
  }
}
