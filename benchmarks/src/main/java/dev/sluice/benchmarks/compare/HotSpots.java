package dev.sluice.benchmarks.compare;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordingFile;

/**
 * What a flight recording says of where a process spent its time and what it allocated. A method of
 * the JDK is named with the nearest caller that is none of it.
 */
final class HotSpots {
  /** What nearly all samples have in common, as the loops of threads, tells nothing. */
  private static final double NEARLY_ALL = 0.95;

  private final Weights exclusive = new Weights();
  private final Weights inclusive = new Weights();
  private final Weights allocated = new Weights();
  private final Weights allocators = new Weights();
  private long pauseNanos;

  /** Weights by name, and their sum. */
  private static final class Weights {
    private final Map<String, Long> byName = new TreeMap<>();
    private long total;

    void add(String name, long weight) {
      byName.merge(name, weight, Long::sum);
    }

    void print(PrintStream out, String title, int most) {
      out.println();
      out.println(title);
      byName.entrySet().stream()
          .filter(entry -> entry.getValue() <= NEARLY_ALL * total)
          .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
          .limit(most)
          .forEach(
              entry ->
                  out.printf(
                      Locale.ROOT,
                      "  %5.1f %%  %s%n",
                      100.0 * entry.getValue() / total,
                      entry.getKey()));
    }
  }

  /** Those of a recording. */
  static HotSpots read(Path file) throws IOException {
    HotSpots spots = new HotSpots();
    try (RecordingFile recording = new RecordingFile(file)) {
      while (recording.hasMoreEvents()) {
        spots.add(recording.readEvent());
      }
    }
    return spots;
  }

  private void add(RecordedEvent event) {
    switch (event.getEventType().getName()) {
      case "jdk.ExecutionSample" -> addSample(event);
      case "jdk.ObjectAllocationSample" -> addAllocation(event);
      case "jdk.GarbageCollection" -> pauseNanos += event.getDuration("sumOfPauses").toNanos();
      default -> {}
    }
  }

  private void addSample(RecordedEvent event) {
    if (event.getStackTrace() == null || isOfRecording(event)) {
      return;
    }
    List<RecordedFrame> frames = event.getStackTrace().getFrames();
    exclusive.total++;
    inclusive.total++;
    exclusive.add(nameWithCaller(frames), 1);
    Set<String> seen = new HashSet<>();
    for (RecordedFrame frame : frames) {
      String name = name(frame);
      if (seen.add(name)) {
        inclusive.add(name, 1);
      }
    }
  }

  private void addAllocation(RecordedEvent event) {
    if (isOfRecording(event)) {
      return;
    }
    long weight = event.getLong("weight");
    allocated.total += weight;
    allocated.add(name(event.getClass("objectClass")), weight);
    if (event.getStackTrace() != null) {
      allocators.total += weight;
      allocators.add(nameWithCaller(event.getStackTrace().getFrames()), weight);
    }
  }

  /** Whether it is what the recording itself costs. */
  private static boolean isOfRecording(RecordedEvent event) {
    return event.getStackTrace() != null
        && event.getStackTrace().getFrames().stream()
            .anyMatch(frame -> frame.getMethod().getType().getName().startsWith("jdk.jfr."));
  }

  private static String nameWithCaller(List<RecordedFrame> frames) {
    String top = name(frames.get(0));
    for (RecordedFrame frame : frames) {
      if (!isJdk(frame)) {
        return frame == frames.get(0) ? top : top + " in " + name(frame);
      }
    }
    return top;
  }

  /** Classes that are made at run time carry an address, which says nothing. */
  private static String name(RecordedClass type) {
    String name = type.getName();
    int address = name.indexOf("+0x");
    return address < 0 ? name : name.substring(0, address);
  }

  private static boolean isJdk(RecordedFrame frame) {
    String type = frame.getMethod().getType().getName();
    return type.startsWith("java.") || type.startsWith("jdk.") || type.startsWith("sun.");
  }

  private static String name(RecordedFrame frame) {
    RecordedMethod method = frame.getMethod();
    String type = name(method.getType());
    return type.substring(type.lastIndexOf('.') + 1) + "." + method.getName();
  }

  /** Prints the largest of each kind. */
  void print(PrintStream out, int most) {
    out.printf(
        Locale.ROOT,
        "%d samples, %.2f s in pauses of the garbage collector, %.1f GB allocated%n",
        exclusive.total,
        pauseNanos / 1e9,
        allocated.total / 1e9);
    exclusive.print(out, "samples in the method itself", most);
    inclusive.print(out, "in it or in what it calls", 2 * most);
    allocated.print(out, "bytes allocated, by class", most);
    allocators.print(out, "by method", most);
    out.flush();
  }
}
