package dev.sluice.benchmarks.compare;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The engines. */
enum Peer {
  SLUICE(null, Peer.BEAM, List.of("--runner=SluiceRunner")),
  LOOP_1(null, Peer.LOOP, List.of("1")),
  LOOP_2(null, Peer.LOOP, List.of("2")),
  JET("jet", "dev.sluice.benchmarks.jet.JetEngine", List.of()),
  FLINK("flink", "dev.sluice.benchmarks.flink.FlinkEngine", List.of()),
  BEAM_FLINK("beam-flink", Peer.BEAM, List.of("--runner=FlinkRunner", "--parallelism=2")),
  BEAM_FLINK_TUNED(
      "beam-flink",
      Peer.BEAM,
      List.of(
          "--runner=FlinkRunner",
          "--parallelism=2",
          "--objectReuse=true",
          "--fasterCopy=true",
          "--maxBundleSize=10000",
          "--maxBundleTimeMills=100")),
  BEAM_SPARK("beam-spark", Peer.BEAM, List.of("--bounded", "--runner=SparkRunner")),
  BEAM_DIRECT(null, Peer.BEAM, List.of("--runner=DirectRunner"));

  private static final String BEAM = "dev.sluice.benchmarks.beam.BeamEngine";
  private static final String LOOP = "dev.sluice.benchmarks.loop.LoopEngine";

  private final String module;
  private final String engine;
  private final List<String> arguments;

  /**
   * @param module the module under {@code benchmarks/peers} that has its class path; null for this
   *     process's
   */
  Peer(String module, String engine, List<String> arguments) {
    this.module = module;
    this.engine = engine;
    this.arguments = arguments;
  }

  /** The one with this label. */
  static Peer of(String label) {
    return Arrays.stream(values())
        .filter(peer -> peer.label().equals(label))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("There is no engine " + label + "; " + labels()));
  }

  private static String labels() {
    return Arrays.stream(values())
        .map(Peer::label)
        .collect(Collectors.joining(", ", "there are ", ""));
  }

  /** How it is named on the command line. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String module() {
    return module;
  }

  String engine() {
    return engine;
  }

  List<String> arguments() {
    return arguments;
  }
}
