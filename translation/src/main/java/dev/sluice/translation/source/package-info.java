/**
 * Where records come from: Beam's sources as the engine's source programs. They emit {@code
 * WindowedValue}s in the global window. Start with {@link
 * dev.sluice.translation.source.BoundedReadProgram} (a batch's worth of records, again whenever it
 * is asked for) and {@link dev.sluice.translation.source.UnboundedReadProgram} (marks and
 * finalizing). Whoever translates a pipeline comes in through the {@code …Program}s, and through
 * {@link dev.sluice.translation.source.DeduplicateSpec} behind sources that deliver twice.
 */
package dev.sluice.translation.source;
