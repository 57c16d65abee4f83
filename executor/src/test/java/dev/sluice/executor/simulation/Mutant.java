package dev.sluice.executor.simulation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The engine with one fault planted in its source. The changed class is compiled in memory, and
 * everything of the engine and its simulation is loaded anew around it: the classes of the test
 * itself stay as they are.
 *
 * @param source the file, beneath {@code dev/sluice/executor}
 * @param original a piece of it that occurs once
 * @param planted what stands there instead
 */
record Mutant(String source, String original, String planted) {
  private static final String ROOM = "dev.sluice.executor.";

  /** A class loader in which the fault is planted. */
  ClassLoader plant() throws IOException {
    Path file = Path.of("src", "main", "java", "dev", "sluice", "executor", source);
    String text = Files.readString(file);
    int at = text.indexOf(original);
    if (at < 0 || text.indexOf(original, at + 1) >= 0) {
      throw new AssertionError(
          source + " does not have just one '" + original + "'; plant the fault elsewhere");
    }
    String changed = text.substring(0, at) + planted + text.substring(at + original.length());
    return new PlantedClasses(compile(changed));
  }

  private Map<String, byte[]> compile(String text) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Map<String, ByteArrayOutputStream> compiled = new HashMap<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavaFileManager memory =
          new ForwardingJavaFileManager<JavaFileManager>(files) {
            @Override
            public JavaFileObject getJavaFileForOutput(
                Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
              return new SimpleJavaFileObject(URI.create("memory:///" + name), kind) {
                @Override
                public OutputStream openOutputStream() {
                  return compiled.computeIfAbsent(name, n -> new ByteArrayOutputStream());
                }
              };
            }
          };
      JavaFileObject unit =
          new SimpleJavaFileObject(URI.create("memory:///" + source), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
              return text;
            }
          };
      List<String> options =
          List.of("-proc:none", "-nowarn", "-classpath", System.getProperty("java.class.path"));
      if (!compiler.getTask(null, memory, null, options, null, List.of(unit)).call()) {
        throw new AssertionError("the fault in " + source + " does not compile");
      }
    }
    Map<String, byte[]> bytes = new HashMap<>();
    compiled.forEach((name, stream) -> bytes.put(name, stream.toByteArray()));
    return bytes;
  }

  /** Loads the engine anew, with the planted classes in their places. */
  private static final class PlantedClasses extends ClassLoader {
    private final Map<String, byte[]> planted;

    PlantedClasses(Map<String, byte[]> planted) {
      super(Mutant.class.getClassLoader());
      this.planted = planted;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        if (!name.startsWith(ROOM)) {
          return super.loadClass(name, resolve);
        }
        Class<?> loaded = findLoadedClass(name);
        if (loaded != null) {
          return loaded;
        }
        byte[] bytes = planted.containsKey(name) ? planted.get(name) : read(name);
        return defineClass(name, bytes, 0, bytes.length);
      }
    }

    private byte[] read(String name) throws ClassNotFoundException {
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        return in.readAllBytes();
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
