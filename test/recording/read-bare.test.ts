import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HOUR, type Observation } from '../../src/domain';
import { readRecording } from '../../src/recording';
import { identifier as keep } from '../helpers/timeline';
import { tracesDirectory } from '../helpers/trace';

const fixture = (name: string): string => join(tracesDirectory, `${name}.jsonl`);

const readAll = async (file: string): Promise<Observation[]> => {
  const observations: Observation[] = [];
  for await (const observation of readRecording(file, { keep })) observations.push(observation);
  return observations;
};

const kinds = (observations: readonly Observation[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { k } of observations) counts[k] = (counts[k] ?? 0) + 1;
  return counts;
};

const written = (text: string, meta?: unknown): string => {
  const dir = mkdtempSync(join(tmpdir(), 'crosstalk-recording-'));
  if (meta !== undefined)
    writeFileSync(join(dir, 'r.meta.json'), typeof meta === 'string' ? meta : JSON.stringify(meta));
  const file = join(dir, 'r.jsonl');
  writeFileSync(file, text);
  return file;
};

const event = (timeNano: number | bigint, name = 'web', action = 'start'): string =>
  `{"Type":"container","Action":"${action}","Actor":{"ID":"${'a'.repeat(64)}","Attributes":{"name":"${name}"}},"timeNano":${timeNano}}\n`;

describe('real traces', () => {
  test.each([
    ['28.5.2/sweep-rm-f', { engine: 1, event: 36, tick: 1 }],
    ['28.5.2/port-conflict', { engine: 1, event: 5, inspect: 1, tick: 1 }],
    ['28.5.2/shared-volume', { engine: 1, event: 18, inspect: 1, tick: 1 }],
    ['20.10.24/shared-volume', { engine: 1, event: 20, inspect: 1, tick: 1 }],
    ['28.5.2/daemon-sigterm', { engine: 1, event: 34, inspect: 3, 'inspect-missed': 1, gap: 1, tick: 1 }],
  ])('%s', async (name, expected) => {
    const observations = await readAll(fixture(name));
    expect(kinds(observations)).toEqual(expected);
    const times = observations.map(({ at }) => at);
    expect(times).toEqual([...times].sort((a, b) => (a < b ? -1 : 1)));
    expect(times.at(-1)! - times.at(-2)!).toBe(HOUR);
  });

  test('an inspection stands where it was made, with the id that the events gave the name', async () => {
    const observations = await readAll(fixture('28.5.2/shared-volume'));
    const index = observations.findIndex(({ k }) => k === 'inspect');
    const inspect = observations[index];
    expect(inspect).toMatchObject({
      at: 1795465846249110788n,
      inspection: {
        type: 'container',
        found: {
          id: '581de01476b4839c952bb161682ec68f16c40f1c32f4513bfdea4a2a1f54f701',
          name: 'build-102',
          image: 'busybox:local',
          labels: { 'com.gitlab.gitlab-runner.job.id': '102' },
          mounts: [{ name: 'cache', readOnly: false }],
        },
      },
    });
    expect(observations[index - 1]!.at).toBeLessThanOrEqual(inspect!.at);
    expect(observations[index + 1]!.at).toBeGreaterThanOrEqual(inspect!.at);
  });

  test('the engine comes first, with its version', async () => {
    const [first] = await readAll(fixture('20.10.24/shared-volume'));
    expect(first).toMatchObject({ k: 'engine', engine: { version: '20.10.24+dfsg1', apiVersion: '1.41' } });
  });

  test('an engine that was stopped and started is a gap between the two connections', async () => {
    const observations = await readAll(fixture('28.5.2/daemon-sigterm'));
    const index = observations.findIndex(({ k }) => k === 'gap');
    expect(observations[index]).toMatchObject({
      at: 1795466712634387074n,
      gap: { reason: 'engine-restart', from: 1795466709301278097n, to: 1795466712634387074n },
    });
    // What the second connection brought was not known before it, though the engine's times are older.
    const [before, after] = [observations[index - 1]!, observations[index + 1]!];
    expect(before.at).toBeLessThan(1795466709301278097n);
    expect(after.at).toBeGreaterThanOrEqual(1795466712634387074n);
    expect(after.k === 'event' && after.event.time).toBeLessThan(1795466712634387074n);
  });
});

describe('made streams', () => {
  test('without a meta file there are events and the last tick', async () => {
    expect(await readAll(written(event(5) + event(7)))).toEqual([
      expect.objectContaining({ k: 'event', at: 5n }),
      expect.objectContaining({ k: 'event', at: 7n }),
      { k: 'tick', at: 7n + HOUR },
    ]);
  });

  test('an event never arrives before the one ahead of it', async () => {
    const observations = await readAll(written(event(9) + event(7)));
    expect(observations.map(({ at }) => at)).toEqual([9n, 9n, 9n + HOUR]);
    expect(observations[1]).toMatchObject({ event: { time: 7n } });
  });

  test('digits of timeNano above 2^53 stay', async () => {
    const [first] = await readAll(written(event(1795465788667624583n)));
    expect(first).toMatchObject({ at: 1795465788667624583n });
  });

  test.each([
    ['half a line', '{"Type":"contai'],
    ['no JSON', 'hello'],
    ['an array', '[1]'],
    ['an event without time', '{"Type":"container","Action":"start","Actor":{}}'],
  ])('%s is a malformed observation', async (_, line) => {
    const observations = await readAll(written(`${event(5)}${line}\n${event(8)}`));
    expect(observations.map(({ k }) => k)).toEqual(['event', 'malformed', 'event', 'tick']);
    expect(observations[1]).toMatchObject({ at: 5n, text: line });
  });

  test('U+2028 in a name does not split a line', async () => {
    const observations = await readAll(written(event(5, 'a\u2028b')));
    expect(observations[0]).toMatchObject({ event: { name: 'a\u2028b' } });
  });

  test('a break of which nobody said why', async () => {
    const [one, two] = [event(10), event(40)];
    const file = written(one + two, {
      streams: [
        { connected: '5', ended: '20', how: 'closed', bytes: one.length },
        { connected: '30', how: 'closed', bytes: two.length },
      ],
    });
    const observations = await readAll(file);
    expect(observations.map(({ k, at }) => [k, at])).toEqual([
      ['event', 10n],
      ['gap', 30n],
      ['event', 40n],
      ['tick', 40n + HOUR],
    ]);
    expect(observations[1]).toMatchObject({ gap: { reason: 'stream-break', from: 20n, to: 30n } });
  });

  test('a stream that broke off at the end leaves an open gap', async () => {
    const file = written(event(10), {
      streams: [{ connected: '5', ended: '20', how: 'aborted (…)', bytes: 9999 }],
    });
    expect((await readAll(file)).slice(1)).toMatchObject([
      { k: 'gap', at: 20n, gap: { from: 20n, to: null } },
      { k: 'tick', at: 20n + HOUR },
    ]);
  });

  test('a stream that was open and brought nothing', async () => {
    const file = written('', { engine: '20.10.24', streams: [{ connected: '5', ended: '20', bytes: 0 }] });
    expect(await readAll(file)).toMatchObject([
      { k: 'engine', at: 5n },
      { k: 'tick', at: 5n + HOUR },
    ]);
  });

  test('a note about a container that no event named is left out', async () => {
    const file = written(event(10), {
      commands: [{ t: '20', by: 'observer', note: 'inspect other', data: {} }],
    });
    expect(kinds(await readAll(file))).toEqual({ event: 1, tick: 1 });
  });
});

describe('files that are no recording', () => {
  const failure = (file: string) =>
    readAll(file).then(
      () => 'read',
      (error: Error) => error.message,
    );

  test.each([
    ['empty', '', 'r.jsonl: is empty'],
    [
      'something else',
      '{"a":1}\n',
      'r.jsonl:1: is neither the first line of a recording nor an event of an engine',
    ],
    ['text', '\n\nhello\n', 'r.jsonl:3: is neither the first line of a recording nor an event of an engine'],
    ['a newer format', '{"crosstalk":2}\n', 'r.jsonl:1: format 2 is not known'],
    ['a damaged header', '{"crosstalk":1}\n', 'r.jsonl:1: the first line is damaged'],
  ])('%s', async (_, text, message) => {
    expect(await failure(written(text))).toContain(message);
  });

  test('no file at all', async () => {
    expect(await failure('/nowhere/r.jsonl')).toBe('/nowhere/r.jsonl: there is no such file');
    expect(await failure(tmpdir())).toContain('is a directory');
  });

  test.each([
    ['no JSON', '{'],
    ['wrong types', { streams: [{ connected: 5 }] }],
  ])('a meta file with %s is named', async (_, meta) => {
    expect(await failure(written(event(5), meta))).toContain(
      'r.meta.json: is not a description of a recording',
    );
  });
});
