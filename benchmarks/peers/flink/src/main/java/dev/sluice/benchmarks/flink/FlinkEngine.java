package dev.sluice.benchmarks.flink;

import dev.sluice.benchmarks.workload.Engine;
import dev.sluice.benchmarks.workload.Job;
import dev.sluice.benchmarks.workload.Workload;
import java.util.List;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A cluster of Flink within this process, as parallel as there are processors, reusing objects. */
public final class FlinkEngine implements Engine {
  /** How long a record waits for others that go the same way, where delays are measured. */
  private static final long PACED_BUFFER_MILLIS = 1;

  /** Takes no arguments. */
  public FlinkEngine(List<String> arguments) {}

  @Override
  public boolean runs(Workload workload) {
    return workload != Workload.SIDE_INPUT;
  }

  @Override
  public void run(Job job) throws Exception {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(
            Runtime.getRuntime().availableProcessors());
    environment.getConfig().enableObjectReuse();
    switch (job.workload().kind()) {
      case STREAM -> {}
      case PACED -> environment.setBufferTimeout(PACED_BUFFER_MILLIS);
      case BOUNDED, FILES -> environment.setRuntimeMode(RuntimeExecutionMode.BATCH);
    }
    new FlinkPrograms(job).build(environment);
    environment.execute();
  }
}
