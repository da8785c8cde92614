import { CommandError } from './exit';

/** By the names of the engine part's errors, whose messages say what is wrong. */
const adviceFor: Readonly<Record<string, string>> = {
  EngineForbidden:
    '`sudo usermod -aG docker $USER` and a new login give the right, `sudo crosstalk …` has it',
  EngineUnreachable:
    'say where it is with --docker-host or CROSSTALK_DOCKER_HOST; `crosstalk demo` needs none',
  EngineRefused: 'see whether `docker version` works with this engine',
};

/** What to do about an error of the engine part; undefined for any other error. */
export const engineAdvice = (error: unknown): string | undefined =>
  error instanceof Error ? adviceFor[error.name] : undefined;

/** For `catch`: the error with what to do, where it came from the engine. */
export const withEngineAdvice = (error: unknown): unknown => {
  const advice = engineAdvice(error);
  return advice === undefined
    ? error
    : new CommandError(`${(error as Error).message}\n  ${advice}`, 1, { cause: error });
};
