package dev.sluice.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the examples as README's commands do, and reads what they print. */
@Timeout(60)
class ExamplesTest {
  @TempDir Path directory;

  @Test
  void wordsOfFilesAreCounted() throws Exception {
    Files.writeString(directory.resolve("a.txt"), "To be, or not to be\nthat is\n");
    Files.writeString(directory.resolve("b.txt"), "the question: to BE?\n");

    List<String> printed =
        printedBy(
            () ->
                WordCount.main(
                    new String[] {
                      "--runner=SluiceRunner", "--inputs=" + directory + "/*.txt", "--top=2"
                    }));

    assertThat(printed).hasSize(3);
    assertThat(printed.subList(0, 2)).containsExactlyInAnyOrder("         3  to", "         3  be");
    assertThat(printed.get(2)).matches("3 lines in \\d+\\.\\d seconds");
  }

  @Test
  void hashtagsOfALiveStreamAreCountedEverySecond() throws Exception {
    List<String> printed =
        printedBy(
            () ->
                Hashtags.main(
                    new String[] {
                      "--runner=SluiceRunner", "--generate", "--seconds=5", "--top=3"
                    }));

    assertThat(printed).hasSizeGreaterThanOrEqualTo(2);
    assertThat(printed)
        .allSatisfy(line -> assertThat(line).matches("\\d\\d:\\d\\d:\\d\\d(  #\\w+ \\d+){3}"));
  }

  private interface Main {
    void run() throws IOException;
  }

  private static List<String> printedBy(Main main) throws IOException {
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, UTF_8));
    try {
      main.run();
    } finally {
      System.setOut(before);
    }
    return printed.toString(UTF_8).lines().toList();
  }
}
