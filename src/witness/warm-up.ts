import { readCommand, type Tools } from './command';
import type { createEngineTest } from './engine-socket';
import type { ProcessFiles } from './process/files';

interface Parts {
  readonly tools: Tools;
  readonly files: ProcessFiles;
  callerOf(pid: number): unknown;
  readonly engineOf: ReturnType<typeof createEngineTest>;
}

const rounds = 100;
const typed = [
  'docker run -d --rm --name a -e A=b img',
  'docker rm -f a b',
  'docker compose -p a up -d',
  'docker ps',
];

/** Reads this process as if it were a client: code that runs for the first time is ten times slower, and the first command counts too. */
export const warmUp = ({ tools, files, callerOf, engineOf }: Parts): void => {
  const { pid } = process;
  const none = { host: null, context: null, config: null };
  for (let round = 0; round < rounds; round += 1) {
    const argv = typed[round % typed.length]!.split(' ');
    files.comm(pid);
    files.commandLine(pid);
    readCommand({ comm: 'docker', exe: '/bin/docker', argv, truncated: false }, () => undefined, tools);
    callerOf(pid);
    engineOf({ pid, uid: 0, named: none, env: () => undefined });
  }
};
