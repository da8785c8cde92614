/** Exit codes: section "Exit codes" of docs/cli.md. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, interfered: 3, unknown: 4 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends the program with one line on stderr that says what is wrong and what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError';

  constructor(
    message: string,
    readonly exitCode: ExitCode = exitCodes.failed,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
