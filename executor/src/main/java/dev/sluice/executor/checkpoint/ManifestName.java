package dev.sluice.executor.checkpoint;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a manifest, which is the name of its checkpoint with {@value #SUFFIX} behind it.
 *
 * @param run the run
 * @param batch the batch
 * @param incarnation who wrote it
 */
record ManifestName(int run, long batch, String incarnation) implements Comparable<ManifestName> {
  static final String PREFIX = "checkpoint-";
  static final String SUFFIX = ".manifest";

  private static final Pattern FORM =
      Pattern.compile(PREFIX + "r(\\d{1,9})-b(\\d{1,18})-([A-Za-z0-9_-]+)(?:\\.manifest)?");

  private static final Comparator<ManifestName> OLDEST_FIRST =
      Comparator.comparingInt(ManifestName::run)
          .thenComparingLong(ManifestName::batch)
          .thenComparing(ManifestName::incarnation);

  /** Takes a name apart, with or without suffix; empty if it is none. */
  static Optional<ManifestName> parse(String name) {
    Matcher matcher = FORM.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new ManifestName(
            Integer.parseInt(matcher.group(1)),
            Long.parseLong(matcher.group(2)),
            matcher.group(3)));
  }

  /** The name of the checkpoint. */
  String checkpoint() {
    return String.format(Locale.ROOT, "%sr%06d-b%012d-%s", PREFIX, run, batch, incarnation);
  }

  /** The name of the object. */
  String object() {
    return checkpoint() + SUFFIX;
  }

  @Override
  public int compareTo(ManifestName other) {
    return OLDEST_FIRST.compare(this, other);
  }

  @Override
  public String toString() {
    return checkpoint();
  }
}
