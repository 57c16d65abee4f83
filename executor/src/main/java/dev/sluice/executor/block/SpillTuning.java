package dev.sluice.executor.block;

/**
 * Sizes that decide how spilling behaves, never what comes out.
 *
 * @param leastSpill a writer keeps at least so many bytes before it spills, whatever the budget
 *     says
 * @param slab about so many bytes of encoded records are written, checked and read at a time
 * @param file about so many bytes of slabs share a file
 * @param leastRun a grouping keeps at least so many bytes before it writes a run
 * @param fanIn how many runs are merged at a time
 */
record SpillTuning(long leastSpill, int slab, long file, long leastRun, int fanIn) {
  static final SpillTuning NORMAL = new SpillTuning(4 << 10, 1 << 20, 64 << 20, 256 << 10, 100);
}
