package dev.sluice.integration.validates;

import static java.util.Comparator.comparing;

/**
 * One test of Beam's ValidatesRunner suite.
 *
 * @param className binary name of the class that surefire reports: the concrete one, where a test
 *     is inherited
 * @param method name of the test method
 */
record SuiteTest(String className, String method) implements Comparable<SuiteTest> {

  /** The inverse of {@link #toString}. */
  static SuiteTest parse(String test) {
    int hash = test.indexOf('#');
    if (hash <= 0 || hash == test.length() - 1) {
      throw new IllegalArgumentException("Expected package.Class#method, got: " + test);
    }
    return new SuiteTest(test.substring(0, hash), test.substring(hash + 1));
  }

  /** {@code ParDoTest$StateTests#testValueState}: unique within the suite. */
  String shortName() {
    return className.substring(className.lastIndexOf('.') + 1) + "#" + method;
  }

  @Override
  public int compareTo(SuiteTest other) {
    return comparing(SuiteTest::className).thenComparing(SuiteTest::method).compare(this, other);
  }

  @Override
  public String toString() {
    return className + "#" + method;
  }
}
