package dev.sluice.benchmarks.workload;

/** Bits that look random. */
final class Mix {
  private Mix() {}

  /** The finishing step of splitmix64. */
  static long mix(long bits) {
    long z = bits + 0x9e37_79b9_7f4a_7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d0_49bb_1331_11ebL;
    return z ^ (z >>> 31);
  }

  /** The next number of a linear congruential generator, whose upper half is good. */
  static long next(long random) {
    return random * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
  }
}
