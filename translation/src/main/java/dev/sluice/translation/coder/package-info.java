/**
 * The engine's record codecs over Beam's coders. {@link dev.sluice.translation.coder.ElementCodec}
 * is the plain one, {@link dev.sluice.translation.coder.KeyedElementCodec} the one of keyed edges.
 */
package dev.sluice.translation.coder;
