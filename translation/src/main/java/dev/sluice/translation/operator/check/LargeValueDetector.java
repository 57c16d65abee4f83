package dev.sluice.translation.operator.check;

import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.util.IllegalMutationException;
import org.apache.beam.sdk.util.MutationDetector;

/** Detects changes of a value that is too large to be copied. */
record LargeValueDetector(Object value, Coder<Object> coder, EncodingDigest before)
    implements MutationDetector {
  @Override
  public void verifyUnmodified() {
    try {
      if (!EncodingDigest.of(value, coder).equals(before)) {
        throw new IllegalMutationException(
            "The encoding of a value of " + before.length() + " bytes changed", null, value);
      }
    } catch (CoderException e) {
      throw new IllegalMutationException("A value cannot be encoded any more", null, value, e);
    }
  }

  @Override
  public void close() {}
}
