package dev.sluice.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sluice submit}. */
@Command(
    name = "submit",
    description = {
      "Runs the main class of a jar, with the options of Beam that give its pipeline to the cluster.",
      "It ends as the program does. What the jar does not bring, such as the runner, is added."
    })
final class SubmitCommand implements Callable<Integer> {
  @Mixin ProgramOptions program;

  @Override
  public Integer call() throws Exception {
    return program.run(List.of());
  }
}
