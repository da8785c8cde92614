import { CommandError, type ExitCode, exitCodes } from './exit';
import { type Environment, harmless } from './terminal';

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

const harmlessLines = (text: string): string => text.split('\n').map(harmless).join('\n');

/** What the user reads, and the exit code. The stack, with its causes, only when CROSSTALK_LOG_LEVEL asks for it. */
export const problemText = (error: unknown, env: Environment): { text: string; exitCode: ExitCode } => {
  const failure = error instanceof Error ? error : new Error(String(error));
  const exitCode =
    failure instanceof CommandError
      ? failure.exitCode
      : codeOf(failure) === 'CONFIG'
        ? exitCodes.usage
        : exitCodes.failed;
  const wantsStack = ['debug', 'trace'].includes(env.CROSSTALK_LOG_LEVEL ?? '');
  const lines = [harmlessLines(failure.message || failure.name)];
  if (wantsStack)
    for (let each: unknown = failure; each instanceof Error; each = each.cause)
      lines.push(harmlessLines(each.stack ?? each.message));
  return { text: lines.join('\n'), exitCode };
};
