package dev.sluice.executor.api;

import java.io.Serializable;
import java.util.List;

/**
 * A stage: the same program over a number of partitions.
 *
 * @param id place of the stage in {@link JobGraph#stages()}
 * @param name for people: log lines, errors, metrics
 * @param program the code
 * @param source where a source stage reads, or null; a source stage has {@code source.splits()}
 *     partitions and one input, its source, that no edge feeds
 * @param partitions how many partitions, at least 1
 * @param inputs how many inputs; several edges may feed one input
 * @param outputs how many outputs; several edges, or none, may leave one output
 * @param views ids of the views that the program looks at
 */
public record StageSpec(
    int id,
    String name,
    StageProgram program,
    SourceProgram source,
    int partitions,
    int inputs,
    int outputs,
    List<Integer> views)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /** Checks what can be checked without the graph. */
  public StageSpec {
    views = List.copyOf(views);
    if (partitions < 1 || inputs < 0 || outputs < 0) {
      throw new IllegalArgumentException("stage " + name + ": bad counts");
    }
    if (source != null && (source.splits() != partitions || inputs != 1)) {
      throw new IllegalArgumentException(
          "source stage " + name + " needs a partition per split and exactly one input");
    }
  }
}
