package dev.sluice.runner.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.executor.api.JobProgress;
import dev.sluice.executor.api.Watermarks;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private static final long SECOND = 1_000_000_000L;
  private static final String ERASE = "\r\u001b[2K";

  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(shown, true, UTF_8);

  @Test
  void aTerminalIsWrittenOverAndLeftClean() {
    ProgressLine line = new ProgressLine(out, new Terminal(out), 0);
    line.show(new JobProgress(4, 3, 500, 4_000, 100, 350), SECOND);
    line.show(new JobProgress(9, 8, 3_000_500, 2_000_004_000, 200, 350), 2 * SECOND);
    line.close();

    assertThat(shown.toString(UTF_8))
        .isEqualTo(
            ERASE
                + "batch 4, 500 records, 500/s, 4000 B/s, watermark 250 ms behind\r"
                + ERASE
                + "batch 9, 3.0 M records, 3.0 M/s, 2000.0 MB/s, watermark 150 ms behind\r"
                + ERASE);
  }

  @Test
  void elsewhereItIsPlainLines() {
    ProgressLine line = new ProgressLine(out, null, 0);
    line.show(new JobProgress(0, -1, 20_000, 200_000, Watermarks.MIN, 0), 10 * SECOND);
    line.show(new JobProgress(2, 1, 20_000, 200_000, Watermarks.MAX, 0), 20 * SECOND);
    line.close();

    assertThat(shown.toString(UTF_8).lines())
        .containsExactly(
            "batch 0, 20.0 k records, 2000/s, 20.0 kB/s, watermark at the start",
            "batch 2, 20.0 k records, 0/s, 0 B/s, watermark at the end");
  }

  @Test
  void whatWasNeverShownNeedsNoErasing() {
    new ProgressLine(out, new Terminal(out), 0).close();
    assertThat(shown.size()).isZero();
  }

  @Test
  void whatElseIsPrintedFindsTheLineErased() {
    Terminal terminal = new Terminal(out);
    PrintStream others = terminal.guarding(out, "none");
    terminal.show("line 1");
    others.println("hello");
    terminal.show("line 2");
    others.print("so ");
    terminal.show("not while a line is incomplete");
    others.println("long");
    terminal.show("line 3");
    terminal.close();
    others.println("bye");

    assertThat(shown.toString(UTF_8))
        .isEqualTo(
            (ERASE + "line 1\r")
                + (ERASE + "hello\n")
                + (ERASE + "line 2\r")
                + (ERASE + "so long\n")
                + (ERASE + "line 3\r")
                + (ERASE + "bye\n"));
  }

  @Test
  void theStandardStreamsAreGivenBack() {
    PrintStream before = System.out;
    Terminal terminal = Terminal.share();
    assertThat(System.out).isNotSameAs(before);
    terminal.close();
    assertThat(System.out).isSameAs(before);
  }

  @Test
  void lagIsTold() {
    assertThat(lag(90_000)).isEqualTo("90 s");
    assertThat(lag(3 * 3_600_000 + 65_000)).isEqualTo("3:01 h");
    assertThat(lag(100 * 86_400_000L)).isEqualTo("100 days");
  }

  private String lag(long millis) {
    shown.reset();
    new ProgressLine(out, null, 0).show(new JobProgress(0, 0, 0, 0, 0, millis), SECOND);
    return shown.toString(UTF_8).replaceAll(".*watermark (.*) behind\\s*", "$1");
  }
}
