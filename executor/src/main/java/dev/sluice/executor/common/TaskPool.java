package dev.sluice.executor.common;

/**
 * The threads that run {@link Work} taken from one {@link WorkSource} (DESIGN C9). May be used by
 * any thread.
 *
 * <p>A thread that has done its work looks for more by itself. {@link #offered} only says that
 * another thread may help.
 */
public interface TaskPool {
  /**
   * Says that there is work to take.
   *
   * @param light whether it is expected to cost about nothing ({@link Work#isLight()}): then it may
   *     wait for a thread that is busy anyway rather than wake another
   */
  void offered(boolean light);
}
