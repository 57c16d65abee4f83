package dev.sluice.benchmarks.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LinesTest {
  private static final int SOME = 30_000;

  @Test
  void eachHasItsLengthAndWords() {
    Lines lines = new Lines(1, 0);
    assertThat(LongStream.range(0, SOME).mapToObj(lines::line))
        .allSatisfy(
            line ->
                assertThat(line)
                    .hasSize(Lines.LENGTH)
                    .matches("[a-z]+( [a-z]+){" + (Lines.WORDS_PER_LINE - 1) + "}"));
  }

  @Test
  void theVocabularyIsUsedUp() {
    Lines lines = new Lines(1, 0);
    Set<String> words =
        LongStream.range(0, SOME)
            .mapToObj(lines::line)
            .flatMap(line -> Arrays.stream(line.split(" ")))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(words).hasSize(Lines.VOCABULARY);
  }

  @Test
  void keysAreAsManyAsWanted() {
    Lines lines = new Lines(1, 100);
    Set<String> keys =
        LongStream.range(0, SOME)
            .mapToObj(index -> Lines.key(lines.line(index)))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(keys).hasSize(100);
  }

  @Test
  void aLineDependsOnItsNumberAlone() {
    Lines forward = new Lines(1, 1000);
    Lines backward = new Lines(1, 1000);
    String first = forward.line(0);
    String second = forward.line(1);
    assertThat(backward.line(1)).isEqualTo(second);
    assertThat(backward.line(0)).isEqualTo(first).isNotEqualTo(second);
  }
}
