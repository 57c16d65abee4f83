package dev.sluice.executor.coordinator;

import dev.sluice.executor.common.Mailboxes;
import dev.sluice.executor.transport.Transport;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What the coordinator is given from outside (DESIGN C9).
 *
 * @param transport carries its messages
 * @param mailboxes makes its mailbox
 * @param executors the numbers of the executors that a new job runs on; never empty
 * @param checkpoints the checkpoints of jobs
 * @param background runs what may take long, one thing after the other
 * @param forget is told the id of each job that has ended, before its client is
 */
public record CoordinatorWorld(
    Transport transport,
    Mailboxes mailboxes,
    Supplier<List<Integer>> executors,
    Checkpoints checkpoints,
    Executor background,
    Consumer<String> forget) {}
