import Docker from 'dockerode';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand, runOnTerminal } from './command';
import { normalise } from './normalise';
import type { Session } from './session';

/** Where a session is run: the engine itself, or something in front of it. */
export interface Way {
  readonly name: string;
  readonly socket: string;
}

export interface Place {
  readonly engineSocket: string;
  /** A directory that exists inside the engine's root too. */
  readonly directory: string;
  /** DOCKER_CONFIG of the commands. */
  readonly client: string;
}

/** What the runs of one session made of it, by the name of the way. */
export type Played = Readonly<Record<string, unknown>>;

/** The engine removes no container whose output waits for a reader that does not read and does not go. */
const inTime = (work: Promise<unknown>, what: string): Promise<unknown> => {
  let timer: NodeJS.Timeout;
  const late = new Promise((_, failed) => {
    timer = setTimeout(() => failed(new Error(`${what} took more than 20 s`)), 20_000);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
};

/** What is being removed by the engine at the moment (--rm) is waited for. */
const removeContainers = async (engine: Docker, name: string): Promise<void> => {
  const filters = { name: [name] };
  const left = await engine.listContainers({ all: true, filters });
  if (left.length === 0) return;
  for (const { Id } of left) {
    await engine
      .getContainer(Id)
      .remove({ force: true, v: true })
      .catch(() => new Promise((later) => setTimeout(later, 100)));
  }
  await removeContainers(engine, name);
};

/** Everything whose name begins with `name`, removed without going through what is tested. */
const clean = async (engine: Docker, name: string): Promise<void> => {
  const filters = { name: [name] };
  await removeContainers(engine, name);
  for (const { Name } of (await engine.listVolumes({ filters })).Volumes ?? [])
    await engine.getVolume(Name).remove();
  for (const { Id } of await engine.listNetworks({ filters })) await engine.getNetwork(Id).remove();
  const reference = [`${name}*`];
  for (const { RepoTags } of await engine.listImages({ filters: { reference } }))
    for (const tag of RepoTags ?? []) await engine.getImage(tag).remove({ force: true });
};

/** One session, once on each way; one after the other, as they make things of the same names. */
export const playSession = async (
  session: Session,
  name: string,
  ways: readonly Way[],
  place: Place,
): Promise<Played> => {
  const engine = new Docker({ socketPath: place.engineSocket });
  const played: Record<string, unknown> = {};
  for (const way of ways) {
    const directory = mkdtempSync(join(place.directory, `${name}-`));
    const surroundings = {
      cwd: directory,
      env: { DOCKER_HOST: `unix://${way.socket}`, DOCKER_CONFIG: place.client },
    };
    try {
      const transcript = await session.run({
        socket: way.socket,
        name,
        directory,
        sh: (script, options = {}) => runCommand(script, options, surroundings),
        pty: (script, options = {}) => runOnTerminal(script, options, surroundings),
      });
      played[way.name] = normalise(transcript);
    } catch (problem) {
      played[way.name] = { problem: normalise(String(problem)) };
    } finally {
      await inTime(clean(engine, name), `removing what ${name} made`);
      rmSync(directory, { recursive: true, force: true });
    }
  }
  return played;
};

/** Runs tasks in their order, so many at a time; of each there is a promise at once. */
export const inParallel = <Result>(
  tasks: readonly (() => Promise<Result>)[],
  width: number,
): readonly Promise<Result>[] => {
  let next = 0;
  const starts: (() => void)[] = [];
  const results = tasks.map(
    (task) =>
      new Promise<Result>((done, failed) => {
        starts.push(() => {
          task().then(done, failed).finally(startNext);
        });
      }),
  );
  const startNext = (): void => starts[next++]?.();
  for (let lane = 0; lane < width; lane++) startNext();
  // A failure is told by whoever awaits that task, which may be later.
  for (const result of results) result.catch(() => undefined);
  return results;
};
