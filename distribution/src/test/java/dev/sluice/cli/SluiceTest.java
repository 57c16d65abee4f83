package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.executor.cluster.CoordinatorNode;
import dev.sluice.executor.cluster.CoordinatorSettings;
import dev.sluice.executor.cluster.ExecutorNode;
import dev.sluice.executor.cluster.ExecutorSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

@Timeout(value = 90, unit = TimeUnit.SECONDS)
class SluiceTest {
  @TempDir private Path directory;

  private final StringWriter printed = new StringWriter();

  private int run(Map<String, String> environment, String... arguments) {
    return Sluice.run(arguments, environment, new PrintWriter(printed, true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "coordinator",
        "executor",
        "local",
        "submit",
        "restore",
        "list",
        "status",
        "attach",
        "cancel",
        "drain"
      })
  void everyCommandHasHelp(String command) {
    assertThat(run(Map.of(), command, "--help")).isZero();
    assertThat(printed.toString()).contains("Usage: sluice " + command);
  }

  @Test
  void helpNamesCommandsAndExitCodes() {
    assertThat(run(Map.of(), "--help")).isZero();
    assertThat(printed.toString()).contains("Exit codes:").contains("restore").contains("drain");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"no-such-command", "list --no-such-option", "cancel", "list --coordinator=x"})
  void wrongUseIsTwo(String line) {
    assertThat(run(Map.of(), line.split(" "))).isEqualTo(ExitCode.USAGE.code());
  }

  @Test
  void coordinatorThatIsNotThereIsThree() {
    assertThat(run(Map.of(), "list", "--coordinator=127.0.0.1:1"))
        .isEqualTo(ExitCode.UNREACHABLE.code());
  }

  @Test
  void settingsComeFromOptionsThenEnvironmentThenFile() throws IOException {
    Path file = directory.resolve("settings.yaml");
    Files.writeString(file, "coordinator: file:1\nslots: 2\nexecutor:\n  slots: 3\n");
    String config = "--config=" + file;

    assertThat(parsed(Map.of(), config).coordinator).isEqualTo("file:1");
    assertThat(parsed(Map.of(), config).slots).as("the command's section").isEqualTo(3);
    assertThat(parsed(Map.of("SLUICE_SLOTS", "4"), config).slots).isEqualTo(4);
    assertThat(parsed(Map.of("SLUICE_SLOTS", "4"), config, "--slots=5").slots).isEqualTo(5);
    assertThat(parsed(Map.of("SLUICE_CONFIG", file.toString())).slots).isEqualTo(3);
    assertThat(parsed(Map.of()).coordinator).isEqualTo("127.0.0.1:7600");
    assertThat(parsed(Map.of("SLUICE_SPILL_DIR", "/spill")).spillDir).hasToString("/spill");
  }

  private static ExecutorCommand parsed(Map<String, String> environment, String... options)
      throws IOException {
    String[] arguments = new String[options.length + 1];
    arguments[0] = "executor";
    System.arraycopy(options, 0, arguments, 1, options.length);
    CommandLine line =
        new CommandLine(new Sluice()).setDefaultValueProvider(Settings.of(arguments, environment));
    line.parseArgs(arguments);
    return line.getSubcommands().get("executor").getCommand();
  }

  @Test
  void fileThatIsNamedAndNotThereIsWrongUse() {
    assertThat(run(Map.of(), "list", "--config=" + directory.resolve("none.yaml")))
        .isEqualTo(ExitCode.USAGE.code());
  }

  @Test
  void clusterIsToldInJson() throws Exception {
    Path staging = directory.resolve("staging");
    try (CoordinatorNode coordinator = CoordinatorNode.start(CoordinatorSettings.local(staging));
        ExecutorNode executor =
            ExecutorNode.start(
                ExecutorSettings.local(coordinator.address(), staging).withSlots(3))) {
      executor.joined().join();
      Map<String, String> environment = Map.of("SLUICE_COORDINATOR", coordinator.address());

      assertThat(run(environment, "status", "--json")).isZero();
      JsonNode cluster = new ObjectMapper().readTree(printed.toString());
      assertThat(cluster.path("runningJobs").asInt(-1)).isZero();
      assertThat(cluster.path("executors")).hasSize(1);
      assertThat(cluster.path("executors").get(0).path("state").asText()).isEqualTo("live");
      assertThat(cluster.path("executors").get(0).path("slots").asInt()).isEqualTo(3);

      printed.getBuffer().setLength(0);
      assertThat(run(environment, "list", "--json")).isZero();
      assertThat(new ObjectMapper().readTree(printed.toString())).isEmpty();

      assertThat(run(environment, "status", "no-such-job")).isEqualTo(ExitCode.REFUSED.code());
      assertThat(run(environment, "cancel", "no-such-job")).isEqualTo(ExitCode.REFUSED.code());
      assertThat(run(environment, "attach", "no-such-job")).isEqualTo(ExitCode.REFUSED.code());
    }
  }

  @Test
  void withoutASecretNobodyListensBeyondThisMachine() {
    assertThat(run(Map.of(), "coordinator", "--host=0.0.0.0", "--port=0"))
        .isEqualTo(ExitCode.USAGE.code());
  }
}
