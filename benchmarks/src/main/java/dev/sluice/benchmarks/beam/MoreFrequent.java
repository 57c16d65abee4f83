package dev.sluice.benchmarks.beam;

import java.io.Serializable;
import java.util.Comparator;
import org.apache.beam.sdk.values.KV;

/** The greater of two words is the more frequent one, or else the alphabet's first. */
final class MoreFrequent implements Comparator<KV<String, Long>>, Serializable {
  private static final long serialVersionUID = 1;

  @Override
  public int compare(KV<String, Long> a, KV<String, Long> b) {
    int byTimes = Long.compare(a.getValue(), b.getValue());
    return byTimes != 0 ? byTimes : b.getKey().compareTo(a.getKey());
  }
}
