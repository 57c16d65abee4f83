package dev.sluice.benchmarks.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class LedgerTest {
  /** A result. */
  private record Result(String key, long time, long value) {}

  private static final Result A = new Result("a", 1000, 5);
  private static final Result B = new Result("b", 1000, 7);

  private static String checksum(List<Result> results) {
    Ledger ledger = Ledger.open();
    try {
      results.forEach(
          result -> Ledger.of(ledger.name()).add(result.key(), result.time(), result.value()));
      assertThat(ledger.results()).isEqualTo(results.size());
      return ledger.checksum();
    } finally {
      ledger.close();
    }
  }

  @Test
  void orderDoesNotMatter() {
    assertThat(checksum(List.of(A, B))).isEqualTo(checksum(List.of(B, A)));
  }

  @Test
  void whatIsMissingTwiceOrWrongDoes() {
    assertThat(
            List.of(
                checksum(List.of()),
                checksum(List.of(A)),
                checksum(List.of(A, A)),
                checksum(List.of(A, A, A)),
                checksum(List.of(B)),
                checksum(List.of(A, B)),
                checksum(List.of(new Result("a", 2000, 5))),
                checksum(List.of(new Result("a", 1000, 6))),
                // values that changed places
                checksum(List.of(new Result("a", 1000, 7), new Result("b", 1000, 5)))))
        .doesNotHaveDuplicates();
  }

  @Test
  void aClosedOneIsNotFound() {
    Ledger ledger = Ledger.open();
    ledger.close();
    assertThatThrownBy(() -> Ledger.of(ledger.name())).hasMessageContaining(ledger.name());
  }
}
