package dev.sluice.executor.node;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** Ids of jobs: readable, and never given twice by anybody. May be used by any thread. */
public final class JobIds {
  private static final int MAX_NAME = 40;

  private final String birth = Long.toString(System.currentTimeMillis(), 36);
  private final AtomicLong count = new AtomicLong();

  /** An id for a job that people call {@code name}. */
  public String next(String name) {
    String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    String readable = plain.length() > MAX_NAME ? plain.substring(0, MAX_NAME) : plain;
    return readable + "-" + birth + "-" + count.incrementAndGet();
  }
}
