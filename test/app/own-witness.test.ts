import { examineExecWatch } from '../../src/app/exec-watch';
import { startOwnWitness } from '../../src/app/own-witness';
import type { Observation } from '../../src/domain';
import { log, told, until } from '../link/linking';
import { configFor, fakeWatch, unavailable } from './watching';

const config = configFor('/nowhere');

describe('a witness in the process that records', () => {
  const begin = async (create = fakeWatch().create) => {
    const seen: Observation[] = [];
    const notices: string[] = [];
    const witness = await startOwnWitness({
      config,
      emit: (observations) => seen.push(...observations),
      onUnavailable: (reason) => notices.push(reason),
      now: () => 5n,
      log,
      create,
    });
    return { witness, seen, notices };
  };

  test('tells the same as one at the other end of a link', async () => {
    const watch = fakeWatch();
    const { witness, seen, notices } = await begin(watch.create);
    watch.tell(told(1n));
    witness.watch({ pid: 3, start: null });
    witness.askWatermark();
    witness.askWatermark();
    await until(() => seen.length === 4);
    expect(seen.map(({ k }) => k)).toEqual(['source', 'exec.begin', 'watermark', 'watermark']);
    expect(seen.flatMap((each) => (each.k === 'watermark' ? [each.through] : []))).toEqual([1n, 2n]);
    expect(watch.watched).toEqual([{ pid: 3, start: null }]);
    await witness.stop();
    expect({ stopped: watch.stopped(), notices }).toEqual({ stopped: 1, notices: [] });
  });

  test('where commands cannot be seen the recording says so and goes on', async () => {
    const { witness, seen, notices } = await begin(unavailable);
    expect(seen).toEqual([{ k: 'source', at: 5n, source: 'execs', state: 'off', reason: 'needs root' }]);
    expect(notices).toEqual(['needs root']);
    witness.askWatermark();
    await witness.stop();
  });
});

describe('examined', () => {
  test('works', async () => {
    const watch = fakeWatch({ priority: 'nice', problem: 'slow' });
    expect(await examineExecWatch(config, log, watch.create)).toEqual({
      state: 'works',
      priority: 'nice',
      problem: 'slow',
    });
    expect(watch.stopped()).toBe(1);
  });

  test.each([
    ['auto', false],
    ['on', true],
  ])('missing, %s', async (execs, wanted) => {
    const configured = configFor('/nowhere', { CROSSTALK_WATCH_EXECS: execs });
    expect(await examineExecWatch(configured, log, unavailable)).toEqual({
      state: 'missing',
      why: 'not-root',
      message: 'needs root',
      wanted,
    });
  });

  test('off', async () =>
    expect(await examineExecWatch(configFor('/nowhere', { CROSSTALK_WATCH_EXECS: 'off' }), log)).toEqual({
      state: 'off',
    }));
});
