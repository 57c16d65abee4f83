package dev.sluice.integration.validates;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.jar.JarFile;
import org.apache.beam.runners.core.metrics.MetricsPusherTest;
import org.apache.beam.sdk.PipelineTest;
import org.apache.beam.sdk.testing.ValidatesRunner;
import org.junit.Test;
import org.junit.experimental.categories.Category;

/**
 * Beam's ValidatesRunner suite as it lies in the test jars on the class path: every test method
 * that carries the category itself or through its class. Nothing is initialized or run.
 */
final class Suite {

  private static final List<Class<?>> ONE_CLASS_OF_EACH_JAR =
      List.of(PipelineTest.class, MetricsPusherTest.class);

  private Suite() {}

  static SortedSet<SuiteTest> tests() {
    SortedSet<SuiteTest> tests = new TreeSet<>();
    for (Class<?> inJar : ONE_CLASS_OF_EACH_JAR) {
      testsIn(jarOf(inJar), tests);
    }
    return tests;
  }

  private static void testsIn(Path jar, SortedSet<SuiteTest> tests) {
    try (JarFile file = new JarFile(jar.toFile())) {
      file.stream()
          .map(entry -> entry.getName())
          .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class"))
          .map(name -> name.substring(0, name.length() - ".class".length()).replace('/', '.'))
          .forEach(name -> testsOf(name, tests));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the suite's jar " + jar, e);
    }
  }

  private static void testsOf(String className, SortedSet<SuiteTest> tests) {
    try {
      Class<?> testClass = Class.forName(className, false, Suite.class.getClassLoader());
      if (Modifier.isAbstract(testClass.getModifiers())) {
        return;
      }
      for (Method method : testClass.getMethods()) {
        if (method.isAnnotationPresent(Test.class)
            && (validatesRunner(method) || validatesRunner(testClass))) {
          tests.add(new SuiteTest(className, method.getName()));
        }
      }
    } catch (ClassNotFoundException | LinkageError e) {
      // A class whose libraries are not here cannot be a test that runs here. Were one of the
      // suite's classes among them, the count of tests would tell.
      return;
    }
  }

  private static boolean validatesRunner(AnnotatedElement element) {
    Category category = element.getAnnotation(Category.class);
    return category != null
        && Arrays.stream(category.value()).anyMatch(ValidatesRunner.class::isAssignableFrom);
  }

  private static Path jarOf(Class<?> inJar) {
    try {
      return Path.of(inJar.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("No jar for " + inJar, e);
    }
  }
}
