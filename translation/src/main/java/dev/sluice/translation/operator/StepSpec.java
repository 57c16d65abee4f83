package dev.sluice.translation.operator;

import java.io.Serializable;

/**
 * A step as it is shipped: everything an executor needs to run one primitive transform of the
 * pipeline. Serializable, immutable, and free of {@code AppliedPTransform}, {@code PCollection} and
 * {@code Pipeline}.
 */
public interface StepSpec extends Serializable {
  /**
   * Makes the operator of one partition. Cheap: what costs (a deserialized DoFn and its setup, say)
   * is made when the first element comes, since most partitions of small pipelines never see one.
   *
   * @throws Exception fails the job
   */
  Operator create(OperatorContext context) throws Exception;
}
