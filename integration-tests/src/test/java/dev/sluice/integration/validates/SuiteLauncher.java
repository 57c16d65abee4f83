package dev.sluice.integration.validates;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.runner.Description;
import org.junit.runner.JUnitCore;
import org.junit.runner.Request;
import org.junit.runner.Result;
import org.junit.runner.manipulation.Filter;
import org.junit.runner.notification.Failure;

/**
 * What the script {@code vr} starts: runs chosen ValidatesRunner tests one after the other in this
 * JVM and prints a line for each.
 *
 * <p>A test that does not end cannot be stopped, and what it has left running would disturb the
 * next one. So the JVM halts after it with {@link #AGAIN}, and the script starts another with
 * {@code --resume}, which goes on behind it. In the same way a JVM that died in a test is resumed
 * behind that test.
 */
public final class SuiteLauncher {

  /** Exit code: not all tests have been run, start me again with {@code --resume}. */
  private static final int AGAIN = 75;

  private static final int FAILURES = 1;
  private static final int USAGE = 2;

  private enum Verdict {
    PASS,
    FAIL,
    SKIP,
    TIMEOUT,
    CRASH
  }

  private final PrintStream console = System.out;
  private final SwitchedOutput output = new SwitchedOutput(console);
  private final Path directory;
  private final long timeoutMillis;
  private final boolean verbose;

  /** Of this invocation of the script, in order; also lets a resumed JVM know what is done. */
  private final Path results;

  /** The test now running: still there after a crash. */
  private final Path running;

  private SuiteLauncher(Path directory, long timeoutMillis, boolean verbose) {
    this.directory = directory;
    this.timeoutMillis = timeoutMillis;
    this.verbose = verbose;
    this.results = directory.resolve("results.tsv");
    this.running = directory.resolve("running");
  }

  /** Called by the script only. */
  public static void main(String[] args) throws Exception {
    List<String> names = new ArrayList<>(Arrays.asList(args));
    Path directory = Path.of(names.remove(0));
    long timeoutMillis = 1000 * Long.parseLong(names.remove(0));
    boolean resume = names.remove("--resume");
    boolean verbose = names.remove("--verbose");
    boolean list = names.remove("--list");
    boolean leftOut = names.remove("--left-out");
    Files.createDirectories(directory);
    SuiteIndex index = SuiteIndex.cachedIn(directory.resolveSibling("suite.txt"));
    SuiteLauncher launcher = new SuiteLauncher(directory, timeoutMillis, verbose);
    SortedSet<SuiteTest> tests = launcher.choose(index, names, leftOut);
    if (list) {
      tests.forEach(System.out::println);
      System.exit(0);
    }
    System.exit(launcher.run(tests, resume));
  }

  private SortedSet<SuiteTest> choose(SuiteIndex index, List<String> names, boolean leftOut)
      throws IOException {
    SortedSet<SuiteTest> chosen = new TreeSet<>();
    for (String name : names) {
      SortedSet<SuiteTest> found =
          switch (name) {
            case "--all" -> index.all();
            case "--failed" -> notPassedLastTime();
            default -> index.find(name);
          };
      if (found.isEmpty()) {
        console.println(
            name.equals("--failed")
                ? "Nothing failed when last run"
                : "No ValidatesRunner test is called " + name);
        System.exit(USAGE);
      }
      chosen.addAll(found);
    }
    if (!leftOut) {
      chosen.removeAll(LeftOut.all().keySet());
    }
    return chosen;
  }

  private int run(SortedSet<SuiteTest> tests, boolean resume) throws Exception {
    Map<SuiteTest, Verdict> verdicts = new TreeMap<>();
    if (resume) {
      verdicts.putAll(read(results));
      Optional<SuiteTest> crashed = crashed();
      if (crashed.isPresent() && !verdicts.containsKey(crashed.get())) {
        record(crashed.get(), Verdict.CRASH, 0, "the JVM died");
        verdicts.put(crashed.get(), Verdict.CRASH);
      }
    } else {
      Files.deleteIfExists(results);
    }
    System.setOut(new PrintStream(output, true, UTF_8));
    System.setErr(new PrintStream(output, true, UTF_8));
    for (SuiteTest test : tests) {
      if (verdicts.containsKey(test)) {
        continue;
      }
      Verdict verdict = run(test);
      verdicts.put(test, verdict);
      if (verdict == Verdict.TIMEOUT) {
        console.flush();
        Runtime.getRuntime().halt(AGAIN);
      }
    }
    Files.deleteIfExists(running);
    long failures = verdicts.values().stream().filter(SuiteLauncher::isFailure).count();
    return failures == 0 ? 0 : FAILURES;
  }

  private Verdict run(SuiteTest test) throws Exception {
    Files.writeString(running, test.toString());
    Path log = logOf(test);
    try (OutputStream file = new FileOutputStream(log.toFile())) {
      output.switchTo(verbose ? console : file);
      long start = System.nanoTime();
      List<Result> ended = new ArrayList<>();
      Thread thread = new Thread(() -> ended.add(junit(test)), "vr " + test.shortName());
      thread.setDaemon(true);
      thread.start();
      thread.join(timeoutMillis);
      double seconds = (System.nanoTime() - start) / 1e9;
      PrintStream details = new PrintStream(file, true, UTF_8);
      if (thread.isAlive()) {
        dumpThreads(details);
        record(test, Verdict.TIMEOUT, seconds, "still running, its threads are in " + shown(log));
        return Verdict.TIMEOUT;
      }
      Verdict verdict = ended.isEmpty() ? Verdict.CRASH : verdict(ended.get(0));
      String message = "";
      if (verdict == Verdict.FAIL) {
        ended.get(0).getFailures().forEach(failure -> details.println(failure.getTrace()));
        message = brief(ended.get(0).getFailures().get(0)) + " (" + shown(log) + ")";
      }
      record(test, verdict, seconds, message);
      return verdict;
    } finally {
      output.switchTo(OutputStream.nullOutputStream());
    }
  }

  private static Result junit(SuiteTest test) {
    try {
      Class<?> testClass = Class.forName(test.className());
      Description description = Description.createTestDescription(testClass, test.method());
      return new JUnitCore()
          .run(Request.aClass(testClass).filterWith(Filter.matchMethodDescription(description)));
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("In the index, but not on the class path: " + test, e);
    }
  }

  private static Verdict verdict(Result result) {
    if (!result.wasSuccessful()) {
      return Verdict.FAIL;
    }
    return result.getRunCount() - result.getIgnoreCount() - result.getAssumptionFailureCount() > 0
        ? Verdict.PASS
        : Verdict.SKIP;
  }

  private static String brief(Failure failure) {
    String text = failure.getException().toString().strip().replaceAll("\\s+", " ");
    return text.length() <= 160 ? text : text.substring(0, 160) + "…";
  }

  /** As short as one can click on it: from where the script was started, if it lies below. */
  private static Path shown(Path file) {
    Path here = Path.of("").toAbsolutePath();
    return file.startsWith(here) ? here.relativize(file) : file;
  }

  private static void dumpThreads(PrintStream to) {
    Thread.getAllStackTraces()
        .forEach(
            (thread, frames) -> {
              to.println("\n" + thread + " " + thread.getState());
              for (StackTraceElement frame : frames) {
                to.println("    at " + frame);
              }
            });
  }

  private void record(SuiteTest test, Verdict verdict, double seconds, String message)
      throws IOException {
    console.println(
        String.format(
            Locale.ROOT, "%-7s %7.2f s  %s  %s", verdict, seconds, test.shortName(), message));
    String line = String.format(Locale.ROOT, "%s\t%s\t%.3f\t%s\n", test, verdict, seconds, message);
    Files.writeString(results, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    Files.writeString(history(), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /**
   * Every result of this worktree and mode since the last clean build; the last line of a test
   * counts.
   */
  private Path history() {
    return directory.resolve("history.tsv");
  }

  private SortedSet<SuiteTest> notPassedLastTime() throws IOException {
    SortedSet<SuiteTest> failed = new TreeSet<>();
    read(history())
        .forEach(
            (test, verdict) -> {
              if (isFailure(verdict)) {
                failed.add(test);
              }
            });
    return failed;
  }

  private static boolean isFailure(Verdict verdict) {
    return verdict != Verdict.PASS;
  }

  private static Map<SuiteTest, Verdict> read(Path file) throws IOException {
    Map<SuiteTest, Verdict> verdicts = new TreeMap<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        String[] cells = line.split("\t", -1);
        verdicts.put(SuiteTest.parse(cells[0]), Verdict.valueOf(cells[1]));
      }
    }
    return verdicts;
  }

  private Optional<SuiteTest> crashed() throws IOException {
    return Files.exists(running)
        ? Optional.of(SuiteTest.parse(Files.readString(running)))
        : Optional.empty();
  }

  private Path logOf(SuiteTest test) throws IOException {
    Path logs = Files.createDirectories(directory.resolve("logs"));
    return logs.resolve(test.shortName().replace('#', '.') + ".log");
  }
}
