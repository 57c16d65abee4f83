package dev.sluice.executor.net;

import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.block.Block;
import dev.sluice.executor.block.BlockStore;
import dev.sluice.executor.block.RecordFormat;
import dev.sluice.executor.block.RecordFormats;
import dev.sluice.executor.transport.JobPlan;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where blocks from other processes go: into the store of their job in this executor, which holds
 * or spills them, in the formats of its graph. The composition root says when a job is there and
 * when it is gone. May be used by any thread.
 */
public final class JobIntake {
  private record Job(JobGraph graph, RecordFormats formats, BlockStore store) {
    RecordFormat format(int edge) {
      boolean known = edge < 0 ? -1 - edge < graph.views().size() : edge < graph.edges().size();
      if (!known) {
        throw new MalformedException("a block of edge " + edge + ", which the job does not have");
      }
      return edge < 0
          ? formats.ofView(graph.views().get(-1 - edge), true, true)
          : formats.ofEdge(graph.edges().get(edge), true, true);
    }
  }

  private final Map<String, Job> jobs = new ConcurrentHashMap<>();

  /** From now on the blocks of the job go to {@code store}. */
  public void open(JobPlan plan, BlockStore store) {
    jobs.put(plan.jobId(), new Job(plan.graph(), new RecordFormats(plan.graph()), store));
  }

  /** From now on what comes for the job is thrown away. */
  public void close(String jobId) {
    jobs.remove(jobId);
  }

  /**
   * Takes a piece of a block. Of a job that is not here nothing is kept: the engine, too, throws
   * away what comes for it.
   *
   * @throws MalformedException if the job has no such edge
   * @throws IOException if the checksum does not match, or the disk is full
   */
  Block take(String jobId, int edge, List<byte[]> chunks, int records, int crc32c)
      throws IOException {
    Job job = jobs.get(jobId);
    return job == null ? Block.EMPTY : job.store.receive(job.format(edge), chunks, records, crc32c);
  }
}
