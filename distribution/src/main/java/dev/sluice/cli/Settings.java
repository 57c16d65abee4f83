package dev.sluice.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What options are when the command line does not say: the environment, else the YAML file, there
 * the command's own section before what stands outside of sections.
 */
final class Settings implements IDefaultValueProvider {
  private final Map<String, String> environment;
  private final JsonNode file;

  private Settings(Map<String, String> environment, JsonNode file) {
    this.environment = environment;
    this.file = file;
  }

  /**
   * Reads the file, if there is one.
   *
   * @throws IOException if it is not there although it is named, or is not YAML
   */
  static Settings of(String[] args, Map<String, String> environment) throws IOException {
    YAMLMapper mapper = new YAMLMapper();
    Path named = named(args, environment);
    Path path = named == null ? standard() : named;
    if (path == null || (named == null && !Files.exists(path))) {
      return new Settings(environment, mapper.createObjectNode());
    }
    try {
      JsonNode file = mapper.readTree(path.toFile());
      return new Settings(
          environment, file == null || !file.isObject() ? mapper.createObjectNode() : file);
    } catch (IOException e) {
      throw new IOException("the settings in " + path + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static Path named(String[] args, Map<String, String> environment) {
    for (int i = 0; i < args.length && !args[i].equals("--"); i++) {
      if (args[i].startsWith("--config=")) {
        return Path.of(args[i].substring("--config=".length()));
      }
      if (args[i].equals("--config") && i + 1 < args.length) {
        return Path.of(args[i + 1]);
      }
    }
    String variable = environment.get("SLUICE_CONFIG");
    return variable == null ? null : Path.of(variable);
  }

  private static Path standard() {
    String home = System.getProperty("sluice.home");
    return home == null ? null : Path.of(home, "conf", "sluice.yaml");
  }

  @Override
  public String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option) || !option.longestName().startsWith("--")) {
      return null;
    }
    String name = option.longestName().substring(2);
    String variable = "SLUICE_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
    String value = environment.get(variable);
    if (value != null) {
      return value;
    }
    JsonNode section = file.path(option.command().name());
    JsonNode node = section.has(name) ? section.get(name) : file.path(name);
    return node.isValueNode() ? node.asText() : null;
  }
}
