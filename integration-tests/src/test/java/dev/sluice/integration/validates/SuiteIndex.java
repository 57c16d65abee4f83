package dev.sluice.integration.validates;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The suite as a developer names it on the command line. */
final class SuiteIndex {

  private final SortedSet<SuiteTest> tests;

  SuiteIndex(SortedSet<SuiteTest> tests) {
    this.tests = new TreeSet<>(tests);
  }

  /**
   * Looking through Beam's jars takes seconds, so the index is kept in a file; delete it after a
   * change of Beam.
   */
  static SuiteIndex cachedIn(Path file) throws IOException {
    if (Files.exists(file)) {
      SortedSet<SuiteTest> tests = new TreeSet<>();
      Files.readAllLines(file).forEach(line -> tests.add(SuiteTest.parse(line)));
      return new SuiteIndex(tests);
    }
    SortedSet<SuiteTest> tests = Suite.tests();
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path whole = Files.createTempFile(file.toAbsolutePath().getParent(), "suite", ".part");
    Files.write(whole, tests.stream().map(SuiteTest::toString).toList());
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    return new SuiteIndex(tests);
  }

  SortedSet<SuiteTest> all() {
    return new TreeSet<>(tests);
  }

  /**
   * The tests that a name stands for: {@code ParDoTest} (nested classes included), {@code
   * ParDoTest$StateTests} or {@code ParDoTest.StateTests}, {@code
   * ParDoTest$StateTests#testValueState}, {@code #testValueState}, each also with the package in
   * front and with {@code *} for anything.
   */
  SortedSet<SuiteTest> find(String name) {
    Pattern pattern = Pattern.compile(regex(name));
    SortedSet<SuiteTest> found = new TreeSet<>();
    for (SuiteTest test : tests) {
      if (namesOf(test).stream().anyMatch(candidate -> pattern.matcher(candidate).matches())) {
        found.add(test);
      }
    }
    return found;
  }

  private static String regex(String name) {
    StringBuilder regex = new StringBuilder();
    name.replace('$', '.')
        .chars()
        .mapToObj(c -> c == '*' ? ".*" : Pattern.quote(Character.toString(c)))
        .forEach(regex::append);
    return regex.toString();
  }

  /** With a dot for each dollar, as {@link #regex} has it. */
  private static List<String> namesOf(SuiteTest test) {
    String className = test.className().replace('$', '.');
    String shortName = test.shortName().replace('$', '.');
    String shortClass = shortName.substring(0, shortName.indexOf('#'));
    List<String> names = new ArrayList<>();
    names.add("#" + test.method());
    for (String prefix : List.of(className, shortClass)) {
      names.add(prefix);
      names.add(prefix + "#" + test.method());
    }
    int nested = shortClass.indexOf('.');
    if (nested >= 0) {
      String outer = shortClass.substring(0, nested);
      names.add(outer);
      names.add(outer + "#" + test.method());
      names.add(test.className().substring(0, test.className().indexOf('$')));
    }
    return names;
  }
}
