package dev.sluice.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which program to run for a cluster, and how. */
final class ProgramOptions {
  @Option(
      names = "--coordinator",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:7600",
      description = "Where the coordinator listens. Default: ${DEFAULT-VALUE}.")
  String coordinator;

  @Option(
      names = "--main-class",
      paramLabel = "CLASS",
      description = "The program's main class. Default: the one that the jar names.")
  String mainClass;

  @Option(
      names = "--libs",
      paramLabel = "PATH",
      split = ":",
      description = "More jars, or directories of jars, of the program; separated by colons.")
  List<Path> libraries = List.of();

  @Option(
      names = "--detached",
      description = "The pipeline goes on when the program is told to stop.")
  boolean detached;

  @Mixin SecurityOptions security;

  @Parameters(index = "0", paramLabel = "JAR", description = "The program.")
  Path jar;

  @Parameters(
      index = "1..*",
      paramLabel = "ARGUMENT",
      description = "Arguments of the program, after -- if they begin with dashes.")
  List<String> arguments = List.of();

  /** Runs it with more options of its pipeline; returns its exit code. */
  int run(List<String> more) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    String flags = System.getenv("SLUICE_PROGRAM_JVM");
    if (flags != null && !flags.isBlank()) {
      command.addAll(List.of(flags.strip().split("\\s+")));
    }
    command.addAll(List.of("-cp", classPath(), mainClass()));
    command.addAll(arguments);
    command.add("--runner=SluiceRunner");
    command.add("--coordinator=" + coordinator);
    addFile(command, "--secretFile", security.secretFile);
    addFile(command, "--tlsCertificate", security.tlsCertificate);
    addFile(command, "--tlsKey", security.tlsKey);
    addFile(command, "--tlsTrust", security.tlsTrust);
    if (detached) {
      command.add("--detached=true");
    }
    command.addAll(more);
    Process process = new ProcessBuilder(command).inheritIO().start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process), "sluice-shutdown"));
    return process.waitFor();
  }

  /** Gives the program time to say good-bye. */
  private static void stop(Process process) {
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void addFile(List<String> command, String option, Path file) {
    if (file != null) {
      command.add(option + "=" + file.toAbsolutePath());
    }
  }

  private String mainClass() throws IOException {
    if (mainClass != null) {
      return mainClass;
    }
    try (JarFile file = new JarFile(jar.toFile())) {
      Manifest manifest = file.getManifest();
      String named = manifest == null ? null : manifest.getMainAttributes().getValue("Main-Class");
      if (named == null) {
        throw new IllegalArgumentException(jar + " names no main class; say --main-class");
      }
      return named;
    }
  }

  private String classPath() throws IOException {
    if (!Files.isReadable(jar)) {
      throw new IllegalArgumentException("there is no program " + jar);
    }
    List<String> entries = new ArrayList<>();
    entries.add(jar.toAbsolutePath().toString());
    for (Path library : libraries) {
      add(entries, library);
    }
    String home = System.getProperty("sluice.home");
    if (home != null) {
      add(entries, Path.of(home, "runner"));
    }
    return String.join(File.pathSeparator, entries);
  }

  private static void add(List<String> entries, Path library) throws IOException {
    if (!Files.isDirectory(library)) {
      entries.add(library.toAbsolutePath().toString());
      return;
    }
    try (Stream<Path> files = Files.list(library)) {
      files
          .filter(file -> file.toString().endsWith(".jar"))
          .sorted()
          .forEach(file -> entries.add(file.toAbsolutePath().toString()));
    }
  }
}
