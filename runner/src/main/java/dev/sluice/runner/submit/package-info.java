/**
 * Running a translated job in this process: the surroundings that Beam promises to user code, the
 * engine around the job, and stopping all of it when the job ends. Used by the runner only; start
 * reading at {@link dev.sluice.runner.submit.RunningJob}.
 */
package dev.sluice.runner.submit;
