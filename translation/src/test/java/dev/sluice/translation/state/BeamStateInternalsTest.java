package dev.sluice.translation.state;

import dev.sluice.translation.operator.Key;
import org.apache.beam.runners.core.StateInternals;
import org.apache.beam.runners.core.StateInternalsTest;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.junit.runner.RunWith;
import org.junit.runners.JUnit4;

/** Beam's own expectations of state, applied to ours. */
@RunWith(JUnit4.class)
public class BeamStateInternalsTest extends StateInternalsTest {
  @Override
  protected StateInternals createStateInternals() {
    return new StepState(GlobalWindow.Coder.INSTANCE, 128).of(Key.of(new byte[] {1}), "key");
  }
}
