package dev.sluice.cli;

/** With what the command ends. Part of its interface: scripts rely on them. */
enum ExitCode {
  /** It is done; a job that was waited for has ended well. */
  DONE(0),
  /** A job that was waited for has failed or was cancelled, or a process could not go on. */
  FAILED(1),
  /** The command was used wrongly: nothing has been done. */
  USAGE(2),
  /** The coordinator cannot be reached, or lets this process not in. */
  UNREACHABLE(3),
  /** The coordinator was reached and refuses, for instance as it knows no such job. */
  REFUSED(4);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
