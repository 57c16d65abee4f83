package dev.sluice.benchmarks.jet;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.jet.pipeline.Pipeline;
import dev.sluice.benchmarks.workload.Engine;
import dev.sluice.benchmarks.workload.Job;
import dev.sluice.benchmarks.workload.Workload;
import java.util.List;

/** One member of Hazelcast that nobody else can join, with as many threads as processors. */
public final class JetEngine implements Engine {
  private final HazelcastInstance member;

  /** Takes no arguments. */
  public JetEngine(List<String> arguments) {
    Config config = new Config();
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.socket.bind.any", "false");
    config.setProperty("hazelcast.logging.type", "none");
    config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
    config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
    config.getJetConfig().setEnabled(true);
    member = Hazelcast.newHazelcastInstance(config);
  }

  @Override
  public boolean runs(Workload workload) {
    return workload != Workload.KEYED_STATE && workload != Workload.SIDE_INPUT;
  }

  @Override
  public void run(Job job) {
    Pipeline pipeline = Pipeline.create();
    new JetPipelines(job, Runtime.getRuntime().availableProcessors()).build(pipeline);
    member.getJet().newJob(pipeline).join();
  }

  @Override
  public void close() {
    member.shutdown();
  }
}
