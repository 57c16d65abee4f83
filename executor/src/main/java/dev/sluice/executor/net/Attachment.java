package dev.sluice.executor.net;

import dev.sluice.executor.block.Block;

/**
 * A block whose bytes follow a message as they are.
 *
 * @param edge whose records these are, as in {@link dev.sluice.executor.transport.SentBlock#edge()}
 */
record Attachment(int edge, Block block) {}
