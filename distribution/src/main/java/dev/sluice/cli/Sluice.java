package dev.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.executor.cluster.ClusterException;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code sluice} command. */
@Command(
    name = "sluice",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Sluice.Version.class,
    description = "Runs clusters that run Apache Beam pipelines, and the pipelines on them.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      CoordinatorCommand.class,
      ExecutorCommand.class,
      LocalCommand.class,
      SubmitCommand.class,
      RestoreCommand.class,
      ListCommand.class,
      StatusCommand.class,
      AttachCommand.class,
      CancelCommand.class,
      DrainCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done; a job that was waited for has ended well",
      "1:a job that was waited for has failed or was cancelled, or a process could not go on",
      "2:the command was used wrongly",
      "3:the coordinator cannot be reached, or lets this process not in",
      "4:the coordinator refuses, for instance as it knows no such job"
    },
    footerHeading = "%nSettings:%n",
    footer = {
      "An option --some-option may also be set by the environment variable SLUICE_SOME_OPTION, or as"
          + " some-option in the YAML file that --config or SLUICE_CONFIG names (default:"
          + " conf/sluice.yaml beside bin); options go before variables, variables before the file."
    })
public final class Sluice {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "YAML file with settings.")
  Path config;

  Sluice() {}

  /** Runs the command and ends the JVM with its exit code. */
  public static void main(String[] args) {
    System.exit(
        run(
            args,
            System.getenv(),
            new PrintWriter(new OutputStreamWriter(System.out, UTF_8), true)));
  }

  /** Runs the command; returns its exit code. */
  static int run(String[] args, Map<String, String> environment, PrintWriter out) {
    Settings settings;
    try {
      settings = Settings.of(args, environment);
    } catch (IOException e) {
      System.err.println("sluice: " + e.getMessage());
      return ExitCode.USAGE.code();
    }
    CommandLine line =
        new CommandLine(new Sluice())
            .setDefaultValueProvider(settings)
            .setOut(out)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler(Sluice::failed);
    return line.execute(args);
  }

  private static int failed(Exception e, CommandLine line, CommandLine.ParseResult parsed)
      throws Exception {
    if (e instanceof ClusterException cluster) {
      line.getErr().println("sluice: " + e.getMessage());
      return cluster.isAnswer() ? ExitCode.REFUSED.code() : ExitCode.UNREACHABLE.code();
    }
    if (e instanceof IOException || e instanceof IllegalArgumentException) {
      line.getErr().println("sluice: " + e.getMessage());
      return e instanceof IOException ? ExitCode.UNREACHABLE.code() : ExitCode.USAGE.code();
    }
    throw e;
  }

  /** The version that the jar's manifest tells. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Sluice.class.getPackage().getImplementationVersion();
      return new String[] {"sluice " + (version == null ? "(unpacked)" : version)};
    }
  }
}
