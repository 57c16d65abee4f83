package dev.sluice.executor.checkpoint;

import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names of snapshot objects. */
final class ObjectName {
  static final String PREFIX = "rows-";

  private static final Pattern FORM =
      Pattern.compile(PREFIX + "r(\\d{1,9})-b\\d+-a\\d+-s\\d+-p\\d+-[A-Za-z0-9_-]+");

  private ObjectName() {}

  /**
   * A name that nobody else gives: {@code attempt} counts the checkpoints that the incarnation has
   * begun.
   */
  static String of(int run, long batch, int attempt, int stage, int partition, String incarnation) {
    return String.format(
        Locale.ROOT,
        "%sr%06d-b%012d-a%d-s%d-p%d-%s",
        PREFIX,
        run,
        batch,
        attempt,
        stage,
        partition,
        incarnation);
  }

  /** The run in which an object was made; empty if this is no object's name. */
  static OptionalInt runOf(String name) {
    Matcher matcher = FORM.matcher(name);
    return matcher.matches()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }
}
