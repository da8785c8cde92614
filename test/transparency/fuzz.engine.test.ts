import { describeWithEngine, startEngine, type Engine } from '../helpers/engine';
import { startFront, type Front } from './front';
import { fuzzed } from './fuzz';
import { normalise } from './normalise';
import { inParallel } from './play';
import { closing, converse, type Move } from './raw';

const cases = Array.from({ length: 1000 }, (_, seed) => seed);

/** What comes back; a client that is not answered at once says that it is done, and waits for the end. */
const answer = async (socketPath: string, request: readonly Move[]): Promise<string> => {
  const { bytes, problem } = await converse(socketPath, [...request, 'SETTLE', 'END', closing]);
  // How a connection ends that still holds what nobody read is chance; that it ends is not.
  return `${String(normalise(bytes))}${/^E[A-Z]+$/.test(problem ?? '') ? '' : (problem ?? '')}`;
};

/** The same in several writes: where they are cut must not matter. */
const inPieces = (request: string, seed: number): readonly Move[] => {
  const size = 1 + ((seed * 37) % 100);
  return [...request.slice(0, 500).matchAll(new RegExp(`[^]{1,${size}}`, 'g'))]
    .flatMap(([piece]) => [piece, 0])
    .concat(request.slice(500));
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
    let less = 0;
    // Who still writes when the other side has answered and closed may lose the answer.
    const sameOrLess = (cut: string, whole: string): boolean => {
      if (cut !== whole) less++;
      return whole.startsWith(cut);
    };
    /** Up to its refusal the same; there the engine refuses too, or reads on what is ambiguous. */
    const isRefused = (fronted: string, direct: string): boolean => {
      const before = /^[^]*(?=HTTP\/1\.1 4\d\d [^\r\n]*\r?\nServer: crosstalk)/.exec(fronted)?.[0];
      return (
        front.refused(fronted) &&
        before !== undefined &&
        direct.startsWith(before.replace(/^HTTP\/1.1 100 Continue\r?\n\r?\n$/, ''))
      );
    };
    await Promise.all(
      inParallel(
        cases.map((seed) => async () => {
          const request = fuzzed(seed);
          const direct = await answer(engine.socket, [request]);
          const fronted = await answer(front.socketPath, [request]);
          const cut = await answer(front.socketPath, inPieces(request, seed));
          const status = /^HTTP\/1.[01] (\d+)/.exec(direct)?.[1] ?? 'none';
          first[status] = (first[status] ?? 0) + 1;
          if (fronted === direct && sameOrLess(cut, direct)) return;
          if (isRefused(fronted, direct) && (cut === direct || sameOrLess(cut, fronted))) {
            // What the engine refuses as well, in other words, is no loss.
            if (!/HTTP\/1\.1 (400|417|431|501|505) /.test(direct)) refused++;
          } else differing.push({ seed, request, direct, fronted, cut });
        }),
        8,
      ),
    );
    expect(differing).toEqual([]);
    // The cases are worth something: many are whole, many are broken.
    expect(first['200']).toBeGreaterThan(150);
    expect(first['400']).toBeGreaterThan(150);
    expect(less).toBeLessThan(cases.length / 2);
    // Most of what is sent is no attempt to deceive.
    expect(refused).toBeLessThan(cases.length / 4);
  });
});
