package dev.sluice.executor.simulation;

import dev.sluice.executor.block.Block;
import dev.sluice.executor.transport.Message;
import dev.sluice.executor.transport.SentBlock;
import dev.sluice.executor.transport.TaskCopy;
import dev.sluice.executor.transport.ToExecutor;
import java.util.ArrayList;
import java.util.List;

/**
 * The blocks that a message carries. In a simulation they go by reference: what a dead executor had
 * of others has to be handed back for it, as a network that has copied it would have done at once.
 */
final class BlocksOfMessages {
  private BlocksOfMessages() {}

  static List<Block> of(Message message) {
    List<Block> blocks = new ArrayList<>();
    if (message instanceof ToExecutor.InEpoch inEpoch) {
      blocks.addAll(of(inEpoch.message()));
    } else if (message instanceof ToExecutor.StageReleased released) {
      add(released.blocks(), blocks);
    } else if (message instanceof ToExecutor.StageSealed sealed) {
      add(sealed.blocks(), blocks);
    } else if (message instanceof ToExecutor.ViewCopied copied) {
      blocks.add(copied.contents().block());
    } else if (message instanceof ToExecutor.StageCopied copied) {
      copied.copies().forEach(copy -> add(copy.blocks(), blocks));
    } else if (message instanceof ToExecutor.StateCopied copied) {
      for (TaskCopy copy : copied.history()) {
        add(copy.blocks(), blocks);
      }
    }
    return blocks;
  }

  private static void add(List<SentBlock> sent, List<Block> to) {
    sent.forEach(one -> to.add(one.block()));
  }
}
