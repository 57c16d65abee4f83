package dev.sluice.integration.validates;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Reads the {@code TEST-*.xml} files that one surefire execution has left in its directory. */
final class SurefireReports {

  private SurefireReports() {}

  /**
   * Outcomes by test; empty where the directory does not exist. A test that a report names twice
   * counts by its worse outcome.
   */
  static SortedMap<SuiteTest, Outcome> read(Path directory) throws IOException {
    SortedMap<SuiteTest, Outcome> outcomes = new TreeMap<>();
    if (!Files.isDirectory(directory)) {
      return outcomes;
    }
    for (Path report : reports(directory)) {
      readInto(outcomes, report);
    }
    return outcomes;
  }

  private static List<Path> reports(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
          .sorted()
          .toList();
    }
  }

  private static void readInto(SortedMap<SuiteTest, Outcome> outcomes, Path report)
      throws IOException {
    NodeList cases = parse(report).getElementsByTagName("testcase");
    for (int i = 0; i < cases.getLength(); i++) {
      Element testCase = (Element) cases.item(i);
      SuiteTest test =
          new SuiteTest(testCase.getAttribute("classname"), testCase.getAttribute("name"));
      outcomes.merge(test, outcome(testCase), SurefireReports::worse);
    }
  }

  private static Element parse(Path report) throws IOException {
    try {
      DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
      return builder.parse(report.toFile()).getDocumentElement();
    } catch (SAXException | ParserConfigurationException e) {
      throw new IOException("Not a whole surefire report: " + report, e);
    }
  }

  private static Outcome outcome(Element testCase) {
    String time = testCase.getAttribute("time").replace(",", "");
    double seconds = time.isEmpty() ? 0 : Double.parseDouble(time);
    if (has(testCase, "error")) {
      return new Outcome(Outcome.Status.ERRORED, seconds, message(testCase, "error"));
    }
    if (has(testCase, "failure")) {
      return new Outcome(Outcome.Status.FAILED, seconds, message(testCase, "failure"));
    }
    if (has(testCase, "skipped")) {
      return new Outcome(Outcome.Status.SKIPPED, seconds, message(testCase, "skipped"));
    }
    return new Outcome(Outcome.Status.PASSED, seconds, "");
  }

  private static boolean has(Element testCase, String tag) {
    return testCase.getElementsByTagName(tag).getLength() > 0;
  }

  private static String message(Element testCase, String tag) {
    Element problem = (Element) testCase.getElementsByTagName(tag).item(0);
    String text = problem.getAttribute("message");
    if (text.isEmpty()) {
      text = problem.getTextContent();
    }
    return text.strip().lines().findFirst().orElse("");
  }

  private static Outcome worse(Outcome one, Outcome other) {
    return one.status() == Outcome.Status.PASSED ? other : one;
  }
}
