package dev.sluice.executor.task;

import dev.sluice.executor.block.BlockStore;
import dev.sluice.executor.common.Clock;
import dev.sluice.executor.common.Mailboxes;
import dev.sluice.executor.common.TaskPool;
import dev.sluice.executor.common.Timers;
import dev.sluice.executor.transport.Transport;
import java.util.function.Function;

/**
 * What an executor is given from outside (DESIGN C9).
 *
 * @param id its number
 * @param clock its time
 * @param timers its calls that come later
 * @param mailboxes makes its mailbox
 * @param transport carries its messages
 * @param queue where its ready work waits
 * @param pool takes work from there
 * @param stores makes the store for the blocks of a job, given its id and memory budget
 * @param snapshots where snapshots go and come from
 * @param loaders the class loader of a job, by its id
 */
public record ExecutorWorld(
    int id,
    Clock clock,
    Timers timers,
    Mailboxes mailboxes,
    Transport transport,
    RunQueue queue,
    TaskPool pool,
    Stores stores,
    Snapshots snapshots,
    Function<String, ClassLoader> loaders) {
  /** Makes the block store of a job. */
  @FunctionalInterface
  public interface Stores {
    /** Makes a store. */
    BlockStore create(String jobId, long memoryBudget);
  }
}
