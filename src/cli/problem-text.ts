import { ConfigError } from '../config';
import { CommandError, type ExitCode, exitCodes } from './exit';
import { type Environment, harmless } from './terminal';

const harmlessLines = (text: string): string => text.split('\n').map(harmless).join('\n');

/** What the user reads, and the exit code. The stack, with its causes, only when CROSSTALK_LOG_LEVEL asks for it. */
export const problemText = (error: unknown, env: Environment): { text: string; exitCode: ExitCode } => {
  const failure = error instanceof Error ? error : new Error(String(error));
  const exitCode =
    failure instanceof CommandError
      ? failure.exitCode
      : failure instanceof ConfigError
        ? exitCodes.usage
        : exitCodes.failed;
  const wantsStack = ['debug', 'trace'].includes(env.CROSSTALK_LOG_LEVEL ?? '');
  const lines = [harmlessLines(failure.message || failure.name)];
  if (wantsStack)
    for (let each: unknown = failure; each instanceof Error; each = each.cause)
      lines.push(harmlessLines(each.stack ?? each.message));
  return { text: lines.join('\n'), exitCode };
};
