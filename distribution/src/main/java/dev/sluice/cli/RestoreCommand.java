package dev.sluice.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice restore}. */
@Command(name = "restore", description = "Submits a program that goes on from a checkpoint of it.")
final class RestoreCommand implements Callable<Integer> {
  @Option(
      names = "--checkpoint-dir",
      paramLabel = "DIR",
      required = true,
      description = "The directory that holds the checkpoints.")
  String checkpointDir;

  @Option(
      names = "--checkpoint",
      paramLabel = "NAME",
      defaultValue = "latest",
      description = "Which checkpoint. Default: ${DEFAULT-VALUE}.")
  String checkpoint;

  @Mixin ProgramOptions program;

  @Override
  public Integer call() throws Exception {
    return program.run(List.of("--checkpointDir=" + checkpointDir, "--restore=" + checkpoint));
  }
}
