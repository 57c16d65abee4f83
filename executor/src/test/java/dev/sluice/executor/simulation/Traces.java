package dev.sluice.executor.simulation;

import dev.sluice.executor.transport.Address;
import dev.sluice.executor.transport.Message;

/** Prints every message if {@code -Dsluice.simulation.trace=true}; for looking into a seed. */
final class Traces {
  private static final boolean ON = Boolean.getBoolean("sluice.simulation.trace");

  private Traces() {}

  /** The observer, and the trace before it. */
  static Simulation.Observer before(Simulation.Observer observer) {
    if (!ON) {
      return observer;
    }
    return new Simulation.Observer() {
      @Override
      public void sent(Address from, Address to, Message message) {
        System.out.println(from + " -> " + to + ": " + message);
        observer.sent(from, to, message);
      }

      @Override
      public void durable(long batch) {
        System.out.println("durable: " + batch);
        observer.durable(batch);
      }
    };
  }

  /** Notes something that is no message. */
  static void note(String what) {
    if (ON) {
      System.out.println("--- " + what);
    }
  }
}
