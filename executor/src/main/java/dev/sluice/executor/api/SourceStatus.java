package dev.sluice.executor.api;

import java.io.Serializable;

/**
 * What a look at a source found.
 *
 * @param kind what is there
 * @param watermark the watermark that a block closed now would have
 * @param clockAdvance by how many milliseconds the job's virtual clock goes on before the next
 *     block is read; only a scripted source (Beam's TestStream) of a job with {@link
 *     ClockMode#SCRIPTED} says more than 0
 */
public record SourceStatus(Kind kind, long watermark, long clockAdvance) implements Serializable {
  /** What is there. */
  public enum Kind {
    /** A batch opened now would read something, if only an event without records. */
    READY,
    /** Nothing now; look again later. */
    IDLE,
    /** Nothing will come any more. */
    ENDED
  }

  /** Something is there to read. */
  public static SourceStatus ready(long watermark) {
    return new SourceStatus(Kind.READY, watermark, 0);
  }

  /** Nothing is there now. */
  public static SourceStatus idle(long watermark) {
    return new SourceStatus(Kind.IDLE, watermark, 0);
  }

  /** The source has ended. */
  public static SourceStatus ended() {
    return new SourceStatus(Kind.ENDED, Watermarks.MAX, 0);
  }
}
