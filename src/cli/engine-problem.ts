import { CommandError } from './exit';

export interface EngineProblem {
  readonly text: string;
  readonly advice: string;
}

/** What an error of the engine part means on this host, and what to do; undefined for any other error. */
export const engineProblem = (host: string, error: unknown): EngineProblem | undefined => {
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'EngineForbidden')
    return {
      text: `may not open ${host}: permission denied`,
      advice:
        'run crosstalk as root, or add its user to the group of the socket (`sudo usermod -aG docker $USER`, then log in again)',
    };
  if (error.name === 'EngineUnreachable')
    return {
      text: `cannot reach an engine at ${host}: ${error.message}`,
      advice:
        'start Docker (`sudo systemctl start docker`), or say where it is with --docker-host or CROSSTALK_DOCKER_HOST; `crosstalk demo` needs none',
    };
  return undefined;
};

/** For `catch`: the error with what to do, where it came from the engine. */
export const withEngineAdvice = (host: string, error: unknown): unknown => {
  const problem = engineProblem(host, error);
  return problem ? new CommandError(`${problem.text}; ${problem.advice}`, 1, { cause: error }) : error;
};
