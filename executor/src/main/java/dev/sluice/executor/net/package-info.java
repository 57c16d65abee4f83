/**
 * The network: who may connect, what travels in which frame, and {@link
 * dev.sluice.executor.net.NettyTransport}, which carries the engine's messages and blocks between
 * processes. Composition roots come in; nobody else needs to. Alone imports Netty and Kryo. Start
 * with {@link dev.sluice.executor.net.NetNode}; what a new message type needs stands at {@link
 * dev.sluice.executor.net.MessageTypes}.
 */
package dev.sluice.executor.net;
