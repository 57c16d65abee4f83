package dev.sluice.executor.task;

import dev.sluice.executor.api.PlantedClimb;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.beam.sdk.Pipeline;

/**
 * Breaks the engine's rules: closes a cycle, knows Beam, looks at the clock, throws dice, starts
 * threads.
 */
public class PlantedTask {
  PlantedClimb climb;
  Pipeline pipeline;

  long currentTimeMillis() {
    return System.currentTimeMillis();
  }

  long nanoTime() {
    return System.nanoTime();
  }

  Instant now() {
    return Instant.now();
  }

  Random random() {
    return new Random(1);
  }

  int threadLocalRandom() {
    return ThreadLocalRandom.current().nextInt();
  }

  double mathRandom() {
    return Math.random();
  }

  UUID uuid() {
    return UUID.randomUUID();
  }

  void sleep() throws InterruptedException {
    Thread.sleep(1);
  }

  Thread thread() {
    return new Thread(() -> {});
  }
}
