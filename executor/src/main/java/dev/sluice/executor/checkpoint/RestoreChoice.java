package dev.sluice.executor.checkpoint;

/** Which checkpoint a job resumes from. */
public sealed interface RestoreChoice {
  /** From none; the directory must not hold any. */
  record None() implements RestoreChoice {}

  /** From the newest that is whole; from the beginning if there is none at all. */
  record Latest() implements RestoreChoice {}

  /**
   * From this one.
   *
   * @param name its name, with or without the suffix of its manifest
   */
  record Named(String name) implements RestoreChoice {}

  /** Reads what a user wrote: {@code none}, {@code latest}, or the name of a checkpoint. */
  static RestoreChoice parse(String text) {
    return switch (text) {
      case "none", "" -> new None();
      case "latest" -> new Latest();
      default -> new Named(text);
    };
  }
}
