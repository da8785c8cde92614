import { spawn } from 'node:child_process';
import type { Engine } from '../helpers/engine';
import type { Incident } from './incidents';

const label = 'com.gitlab.gitlab-runner.job.id';

/** Keys of the two jobs of an incident: each has two of its own, so that none meets another's past. */
export const jobsOf = (index: number): { readonly A: number; readonly B: number } => ({
  A: 1001 + 2 * index,
  B: 1002 + 2 * index,
});

/** A shell that lives as long as its job, and runs what it is given, line after line. */
const openShell = (engine: Engine, env: Readonly<Record<string, string>>) => {
  const shell = spawn('sh', [], {
    env: { PATH: process.env['PATH'], HOME: engine.directory, DOCKER_HOST: engine.host, ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let output = '';
  let heard: () => void = () => undefined;
  shell.stdout.on('data', (text: Buffer) => {
    output += text.toString();
    heard();
  });
  let asked = 0;
  return {
    async run(command: string): Promise<{ readonly code: number; readonly output: string }> {
      const mark = `__${++asked}__`;
      const from = output.length;
      shell.stdin.write(`( ${command}\n)\necho "${mark}$?"\n`);
      for (;;) {
        const found = new RegExp(`${mark}(\\d+)\\n`).exec(output.slice(from));
        if (found) return { code: Number(found[1]), output: output.slice(from, from + found.index) };
        await new Promise<void>((resolve) => (heard = resolve));
      }
    },
    end: () => shell.stdin.end(),
  };
};

/** Plays an incident; answers what did not go as its lines say, so that a verdict on it would mean nothing. */
export const play = async (engine: Engine, incident: Incident, index: number): Promise<string[]> => {
  const jobs = jobsOf(index);
  const labels = { A: `--label ${label}=${jobs.A}`, B: `--label ${label}=${jobs.B}` };
  const open = (job: Readonly<Record<string, string>>) => openShell(engine, { ...labels, ...job });
  const ofJob = (id: number) => open({ CI_JOB_ID: String(id), GITLAB_CI: 'true', CI: 'true' });
  const shells = { A: ofJob(jobs.A), B: ofJob(jobs.B), H: open({}), R: open({}) };
  const wrong: string[] = [];
  for (const line of incident.lines) {
    const [, who, rest = ''] = /^([ABHR]): (.*)$/.exec(line) ?? [];
    const [command = '', ...notes] = rest.split(/\s+#\s+/);
    const note = notes.join(' ');
    const { code, output } = await shells[who as keyof typeof shells].run(command);
    const prints = /^prints (.*)$/.exec(note)?.[1];
    if (prints !== undefined && !output.includes(prints)) wrong.push(`${line}: it printed ${output.trim()}`);
    if (note === 'fails' && code === 0) wrong.push(`${line}: it did not fail`);
    if (note === '' && code !== 0) wrong.push(`${line}: it failed with ${code}`);
  }
  // Some verdicts need the jobs alive until they are made: the caller ends them.
  ends.set(incident.id, () => Object.values(shells).forEach((shell) => shell.end()));
  return wrong;
};

const ends = new Map<string, () => void>();
export const endJobs = (incident: Incident): void => {
  ends.get(incident.id)?.();
  ends.delete(incident.id);
};

/** Removes everything but the images `busybox`, as the host's administrator. */
export const sweepUp = async (engine: Engine): Promise<void> => {
  await engine.sh(`
    docker rm -fv $(docker ps -aq)
    docker network prune -f
    docker volume rm $(docker volume ls -q)
    docker images --format '{{.Repository}}:{{.Tag}}' | grep -v '^busybox:' | grep -v '<none>' | xargs -r docker rmi -f
    docker image prune -f
    rm -rf /tmp/xt-*`);
};
