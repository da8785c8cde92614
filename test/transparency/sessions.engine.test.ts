import { join } from 'node:path';
import { describeWithEngine, startEngine, type Engine } from '../helpers/engine';
import { startFront, type Front } from './front';
import { inParallel, playSession, type Played } from './play';
import { hasPlugin, prepareClient } from './plugins';
import { sessions } from './sessions';

/** All fronts refuse in the same words. */
const isRefusal = (seen: unknown): boolean =>
  /^HTTP\/1\.1 400 [^\r]*\r?\nServer: crosstalk\r?\n/.test(String((seen as { bytes?: unknown }).bytes));

const only = new RegExp(process.env['CROSSTALK_TEST_SESSIONS'] ?? '');
const names = Object.keys(sessions).filter((name) => only.test(name));

describeWithEngine('clients see no difference between the engine and the socket in front of it', () => {
  let engine: Engine;
  const fronts: Front[] = [];
  const played = new Map<string, Promise<Played>>();

  beforeAll(async () => {
    engine = await startEngine();
    const front = async (createBodies: 'pass' | 'hold' | 'replace') => {
      const started = await startFront(engine.socket, createBodies);
      fronts.push(started);
      return { name: createBodies, socket: started.socketPath };
    };
    const ways = [
      { name: 'direct', socket: engine.socket },
      await front('pass'),
      await front('hold'),
      await front('replace'),
    ];
    const place = {
      engineSocket: engine.socket,
      directory: engine.directory,
      client: prepareClient(join(engine.directory, 'client')),
    };
    const present = names.filter((name) => !missing(name));
    const tasks = present.map(
      (name, index) => () => playSession(sessions[name]!, `t${100 + index}-x`, ways, place),
    );
    inParallel(tasks, 5).forEach((result, index) => played.set(present[index]!, result));
  });

  afterAll(async () => {
    await Promise.allSettled(played.values());
    for (const front of fronts) await front.stop();
    await engine?.stop();
  });

  const missing = (name: string): boolean => {
    const { plugin } = sessions[name]!;
    return plugin !== undefined && !hasPlugin(plugin);
  };

  for (const name of names) {
    if (missing(name)) {
      test.skip(`${name} (docker has no ${sessions[name]!.plugin}: sh test/engines/28.sh prepare)`, () =>
        undefined);
      continue;
    }
    test(
      name,
      async () => {
        const { direct, ...others } = (await played.get(name))!;
        expect(direct).toEqual(sessions[name]!.expected);
        for (const [front, seen] of Object.entries(others))
          if (!sessions[name]!.refusable || !isRefusal(seen))
            expect({ [front]: seen }).toEqual({ [front]: direct });
      },
      300_000,
    );
  }
});
