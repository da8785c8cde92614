import { describeWithEngine, startEngine, type Engine } from '../helpers/engine';
import { startFront, type Front } from './front';
import { fuzzed } from './fuzz';
import { normalise } from './normalise';
import { inParallel } from './play';
import { closing, converse } from './raw';

const cases = Array.from({ length: 300 }, (_, seed) => seed);

/** What comes back; a client that is not answered at once says that it is done, and waits for the end. */
const answer = async (socketPath: string, request: string): Promise<string> => {
  const { bytes, problem } = await converse(socketPath, [request, 'SETTLE', 'END', closing]);
  return `${String(normalise(bytes))}${problem ?? ''}`;
};

describeWithEngine('random requests', () => {
  let engine: Engine;
  let front: Front;

  beforeAll(async () => {
    engine = await startEngine();
    front = await startFront(engine.socket, 'hold');
  });

  afterAll(async () => {
    await front?.stop();
    await engine?.stop();
  });

  test('are answered as by the engine, or refused', async () => {
    const differing: unknown[] = [];
    const first: Record<string, number> = {};
    let refused = 0;
    await Promise.all(
      inParallel(
        cases.map((seed) => async () => {
          const request = fuzzed(seed);
          const direct = await answer(engine.socket, request);
          const fronted = await answer(front.socketPath, request);
          const status = /^HTTP\/1.[01] (\d+)/.exec(direct)?.[1] ?? 'none';
          first[status] = (first[status] ?? 0) + 1;
          if (direct === fronted) return;
          if (front.refused(fronted)) refused++;
          else differing.push({ seed, request, direct, fronted });
        }),
        8,
      ),
    );
    expect(differing).toEqual([]);
    // The cases are worth something: many are whole, many are broken.
    console.log(first, refused);
    expect(first['200']).toBeGreaterThan(60);
    expect(first['400']).toBeGreaterThan(60);
    // Most of what is sent is no attempt to deceive.
    expect(refused).toBeLessThan(cases.length / 4);
  });
});
