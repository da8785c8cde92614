import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { EngineEvent } from '../../src/domain';
import { normaliseEvent } from '../../src/engine';

const keepLabel = (key: string): boolean => key.startsWith('com.gitlab.');
const read = (text: string): EngineEvent | undefined => normaliseEvent(text, keepLabel);

const id = 'a'.repeat(64);
const text = (
  type: string,
  action: string,
  attributes: Record<string, unknown> = {},
  more: Record<string, unknown> = {},
): string => {
  const event = {
    Type: type,
    Action: action,
    Actor: { ID: id, Attributes: attributes },
    time: 1795465841,
    ...more,
  };
  return `${JSON.stringify(event).slice(0, -1)},"timeNano":1795465841066277017}`;
};
const container = (action: string, attributes: Record<string, unknown> = {}) =>
  read(text('container', action, { image: 'busybox:local', name: 'web', ...attributes }));

describe.each(['20.10.24', '28.5.2'])('one event of each kind, as recorded from %s', (version) => {
  const lines = readFileSync(join(__dirname, 'fixtures', version, 'events.jsonl'), 'utf8')
    .trim()
    .split('\n');

  test('each is read, with every digit of its time', () => {
    const events = lines.map(read);
    expect(events).not.toContain(undefined);
    expect(events.map((event) => String(event!.time))).toEqual(
      lines.map((line) => /"timeNano":(\d+)\}$/.exec(line)![1]),
    );
  });

  test('what it says is what we keep', () => {
    const told = lines.map((line) => {
      const { time: _time, type, action, labels, id: resource, ...details } = read(line)!;
      const shown = JSON.stringify({ ...details, labels: Object.keys(labels).length });
      return `${type} ${action} ${resource.length} ${shown}`.replace(/[0-9a-f]{64}/g, '<id>');
    });
    expect(told).toMatchSnapshot();
  });
});

test('digits that a number would lose', () => {
  expect(container('start')?.time).toBe(1795465841066277017n);
});

test.each<[string, string, EngineEvent['time'] | undefined]>([
  ['time alone', '{"Type":"a","Action":"b","time":5}', 5_000_000_000n],
  ['keys after it', '{"Type":"a","Action":"b","timeNano":5000000001,"health":"x"}', 5_000_000_001n],
  ['spaces around it', '{"Type":"a","Action":"b","timeNano": 5000000001 } \r', 5_000_000_001n],
  ['no time', '{"Type":"a","Action":"b"}', undefined],
  ['time zero', '{"Type":"a","Action":"b","timeNano":0}', undefined],
  ['more than 64 bits', '{"Type":"a","Action":"b","timeNano":9223372036854775808}', undefined],
  ['twenty digits', '{"Type":"a","Action":"b","timeNano":17954658410662770170}', undefined],
])('%s', (_name, line, time) => {
  expect(read(line)?.time).toBe(time);
});

test('no label can imitate the time', () => {
  for (const label of ['"timeNano":5', '\\"timeNano":5', '","timeNano":5}'])
    expect(container('start', { 'com.gitlab.x': label, timeNano: '5', [label]: label })?.time).toBe(
      1795465841066277017n,
    );
});

test.each([
  ['exec_create: sh -c "TOKEN=hunter2 deploy"', 'exec_create'],
  ['exec_start: cat ', 'exec_start'],
  ['exec_create: a\nb', 'exec_create'],
  ['health_status: healthy', 'health_status: healthy'],
  ['x'.repeat(100), 'x'.repeat(64)],
])('action %j is kept as %j', (action, kept) => {
  expect(container(action)?.action).toBe(kept);
});

test.each<[string, Record<string, string>, Partial<EngineEvent>]>([
  ['die', { exitCode: '137', execDuration: '3' }, { exitCode: 137 }],
  ['kill', { signal: '9' }, { signal: 9 }],
  ['rename', { oldName: '/old' }, { oldName: 'old' }],
  ['exec_die', { execID: 'e1', exitCode: '0' }, { execId: 'e1', exitCode: 0 }],
  ['exec_create: sh', { execID: 'e1' }, { execId: 'e1' }],
  ['die', { exitCode: 'many' }, {}],
])('%s carries %j', (action, attributes, expected) => {
  const { exitCode, signal, oldName, execId } = container(action, attributes)!;
  expect({ exitCode, signal, oldName, execId }).toEqual({ ...expected });
});

test.each<[string, Record<string, string>, readonly string[] | undefined]>([
  ['create', { exitCode: '5', signal: '99' }, ['exitCode', 'signal']],
  ['start', { oldName: '/x', execID: 'e' }, ['oldName', 'execID']],
  ['kill', { signal: '9', exitCode: '5' }, ['exitCode']],
  ['die', { exitCode: '5' }, undefined],
  ['an action of the future', { exitCode: '5' }, undefined],
])('%s with %j: imitated %j', (action, attributes, imitated) => {
  const event = container(action, attributes)!;
  expect(event.imitated).toEqual(imitated);
  if (action === 'create') expect([event.exitCode, event.signal]).toEqual([undefined, undefined]);
});

test("only allowed labels are kept, and none of the engine's own words", () => {
  const everything = (key: string): boolean => key !== 'password';
  const attributes = {
    image: 'i',
    name: 'n',
    exitCode: '1',
    'read/write': 'x',
    password: 'hunter2',
    team: 'red',
  };
  expect(normaliseEvent(text('container', 'die', attributes), everything)?.labels).toEqual({ team: 'red' });
});

test('a label cannot point at another container', () => {
  expect(container('create', { container: 'b'.repeat(64), destination: '/x' })).not.toHaveProperty(
    'container',
  );
});

test('values are cut to 1 KiB, never inside of a character', () => {
  const value = container('create', { 'com.gitlab.x': `a${'€'.repeat(30_000)}` })!.labels['com.gitlab.x']!;
  expect(value).toBe(`a${'€'.repeat(341)}`);
});

test('volume events', () => {
  const attributes = { container: id, destination: '/cache', driver: 'local', 'read/write': 'false' };
  expect(read(text('volume', 'mount', attributes))).toMatchObject({
    container: id,
    destination: '/cache',
    readOnly: true,
    labels: {},
  });
});

describe('Podman', () => {
  test.each([
    ['container', 'remove', 'destroy'],
    ['container', 'exec', 'exec_create'],
    ['container', 'exec_died', 'exec_die'],
    ['container', 'cleanup', 'cleanup'],
    ['container', 'init', 'init'],
    ['volume', 'remove', 'destroy'],
    ['network', 'remove', 'remove'],
  ])('%s %s is %s', (type, action, kept) => {
    expect(read(text(type, action))?.action).toBe(kept);
  });

  test('a volume has its name among the attributes only', () => {
    expect(
      read(text('volume', 'create', { name: 'cache' }, { Actor: { ID: '', Attributes: { name: 'cache' } } }))
        ?.id,
    ).toBe('cache');
  });

  test('a container that died has the exit code twice, others have one that means nothing', () => {
    expect(container('die', { containerExitCode: '3', podId: '' })?.exitCode).toBe(3);
    expect(container('start', { containerExitCode: '0', podId: '' })).not.toHaveProperty('exitCode');
  });
});

describe('whatever comes', () => {
  test.each([
    '',
    '{',
    'null',
    '[]',
    '42',
    '"x"',
    '{"Type":"container"}',
    '{"Type":1,"Action":2,"timeNano":3}',
    'ÿ\u0000',
  ])('%j is not an event', (line) => {
    expect(read(line)).toBeUndefined();
  });

  test('an event of a type that nobody knows is kept as seen', () => {
    expect(read('{"Type":"quantum","Action":"entangle","timeNano":7}')).toEqual({
      time: 7n,
      type: 'quantum',
      action: 'entangle',
      id: '',
      labels: {},
    });
  });

  test('nothing throws', () => {
    const anything = fc.anything({ withBigInt: false, withDate: true });
    const event = fc.record(
      {
        Type: fc.oneof(fc.constantFrom('container', 'volume', 'network', 'image'), anything),
        Action: fc.oneof(
          fc.constantFrom('create', 'die', 'kill', 'rename', 'mount', 'exec_start: x'),
          anything,
        ),
        Actor: fc.oneof(
          fc.record({
            ID: anything,
            Attributes: fc.oneof(
              fc.dictionary(
                fc.oneof(
                  fc.constantFrom('exitCode', 'signal', 'name', '__proto__', 'com.gitlab.x'),
                  fc.string(),
                ),
                fc.oneof(fc.string(), fc.constant('9'.repeat(65_536)), anything),
              ),
              anything,
            ),
          }),
          anything,
        ),
        time: anything,
        timeNano: anything,
      },
      { requiredKeys: [] },
    );
    const line = fc.oneof(
      fc.string(),
      event.map((value) => {
        try {
          return JSON.stringify(value) ?? '';
        } catch {
          return '';
        }
      }),
    );
    fc.assert(
      fc.property(line, (value) => {
        const kept = read(value);
        if (!kept) return;
        expect(kept.time > 0n && kept.time < 1n << 63n).toBe(true);
        expect(Math.max(kept.type.length, kept.action.length)).toBeLessThanOrEqual(64);
        for (const label of Object.values(kept.labels))
          expect(Buffer.byteLength(label)).toBeLessThanOrEqual(1024);
      }),
    );
  });
});
