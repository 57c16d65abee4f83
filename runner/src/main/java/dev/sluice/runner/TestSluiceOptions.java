package dev.sluice.runner;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;

/** The options of {@link TestSluiceRunner}. */
public interface TestSluiceOptions extends SluiceOptions {
  @Description(
      "With how many executors a cluster is started inside this JVM, over network connections, for"
          + " all pipelines of the JVM that ask for as many; 0, the default: none, pipelines run as"
          + " with SluiceRunner.")
  @Default.Integer(0)
  int getTestCluster();

  void setTestCluster(int testCluster);
}
