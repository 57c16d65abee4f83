package dev.sluice.translation.operator.pardo;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import org.apache.beam.sdk.transforms.DoFn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The copy of {@link DirectCall} that one step of a job has for itself in this executor. All
 * partitions share it; at the job's end it goes to {@link IdleCopies}, where the same step of a
 * later job finds it.
 *
 * <p>HotSpot decides per bytecode what to inline, by what it has seen called from there. In a class
 * that all steps of all jobs share it sees every DoFn there is and inlines none; nor would it
 * inline a method into itself, which a chain of steps looks like. A copy, a hidden class made of
 * the same bytecode, has a profile of its own.
 */
final class DirectCallCopies implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DirectCallCopies.class);
  private static final IdleCopies IDLE = new IdleCopies();
  private static final Lookup LOOKUP = MethodHandles.lookup();
  private static final MethodType CONSTRUCTOR =
      MethodType.methodType(void.class, DirectParDoOperator.class);

  // makes an instance of the copy
  private final MethodHandle make;
  private final Runnable atEnd;

  private DirectCallCopies(MethodHandle make, Runnable atEnd) {
    this.make = make;
    this.atEnd = atEnd;
  }

  /**
   * The copy for a step; should there be none and should it be impossible to make one, the original
   * serves, which is right but slower.
   */
  static DirectCallCopies forStep(String stepName, Class<? extends DoFn<?, ?>> fn) {
    MethodHandle idle = IDLE.take(stepName, fn);
    MethodHandle make = idle != null ? idle : copy();
    return new DirectCallCopies(make, () -> IDLE.put(stepName, fn, make));
  }

  /** The original in place of a copy. */
  static DirectCallCopies none() {
    return new DirectCallCopies(constructor(DirectCall.class), () -> {});
  }

  private static MethodHandle copy() {
    try {
      return constructor(LOOKUP.defineHiddenClass(Bytecode.READ, false).lookupClass());
    } catch (IllegalAccessException | LinkageError e) {
      LOG.info("a ParDo step shares its code with others and is slower for it: {}", e.toString());
      return constructor(DirectCall.class);
    }
  }

  private static MethodHandle constructor(Class<?> call) {
    try {
      return LOOKUP
          .findConstructor(call, CONSTRUCTOR)
          .asType(CONSTRUCTOR.changeReturnType(DirectStep.class));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(call + " has lost its constructor", e);
    }
  }

  /** The way into the step in one partition. */
  DirectStep make(DirectParDoOperator operator) {
    try {
      return (DirectStep) make.invokeExact(operator);
    } catch (Throwable e) { // a verifier's complaint perhaps; what the constructor does cannot fail
      throw new LinkageError("no instance of a copy of " + DirectCall.class, e);
    }
  }

  /** The job is over, and nobody calls {@link #make} any more. */
  @Override
  public void close() {
    atEnd.run();
  }

  /** Read once, when the first step is made: that costs as much as a copy. */
  private static final class Bytecode {
    static final byte[] READ = read();

    private static byte[] read() {
      try (InputStream bytes = DirectCall.class.getResourceAsStream("DirectCall.class")) {
        if (bytes == null) {
          throw new LinkageError("the bytecode of " + DirectCall.class + " is not a resource");
        }
        return bytes.readAllBytes();
      } catch (IOException e) {
        throw new LinkageError("the bytecode of " + DirectCall.class + " cannot be read", e);
      }
    }
  }
}
