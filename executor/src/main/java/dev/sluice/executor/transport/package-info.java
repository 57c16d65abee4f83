/**
 * What coordinator, openers and executors say to each other, and how it travels. Every room of the
 * engine may come in. Start with {@link dev.sluice.executor.transport.Message}.
 */
package dev.sluice.executor.transport;
