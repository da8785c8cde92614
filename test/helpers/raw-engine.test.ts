import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRawEngine, type Family, type RawEngine, type RunOptions } from './raw-engine';
import { identifier } from './timeline';
import { tracesDirectory } from './trace';

interface Line {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
}

/** Values that the engine or the command decides, not chance. */
const told = [
  'destination',
  'driver',
  'exitCode',
  'image',
  'name',
  'oldName',
  'propagation',
  'read/write',
  'signal',
  'type',
];
/** Events of a waiting client or a step inside, which no verb imitates. */
const aside = /^(attach|exec_)/;

/** Order of events, order of keys, names of attributes and the values that are not chance; ids by order of appearance. */
const shapeOf = (lines: readonly string[]): string[] => {
  const ids: string[] = [];
  const numbered = (id: string): string => {
    if (!/^[0-9a-f]{64}$/.test(id)) return id;
    if (!ids.includes(id)) ids.push(id);
    return `id${ids.indexOf(id)}`;
  };
  return lines.flatMap((text) => {
    const line = JSON.parse(text) as Line;
    if (aside.test(line.Action)) return [];
    const attributes = Object.entries(line.Actor.Attributes)
      .filter(([key]) => !key.startsWith('com.'))
      .map(([key, value]) => (told.includes(key) ? `${key}=${value}` : key));
    return [
      [Object.keys(line).join(), line.Type, line.Action, numbered(line.Actor.ID), ...attributes].join(' '),
    ];
  });
};

const recorded = (engine: string, scenario: string): string[] =>
  readFileSync(join(tracesDirectory, engine, `${scenario}.jsonl`), 'utf8')
    .trim()
    .split('\n');

const quick: RunOptions = { inspected: false };

/** The commands of each recording, as its `.meta.json` lists them. */
const scenarios: Readonly<Record<string, (engine: RawEngine) => void>> = {
  'job-run-rm'(engine) {
    engine.run('step-101', { ...quick, rm: true });
    engine.die('step-101', 0);
  },
  'job-life'(engine) {
    engine.create('build-101', quick);
    engine.start('build-101');
    engine.stop('build-101', false);
    engine.remove('build-101', false);
  },
  'foreign-rm-f'(engine) {
    engine.run('web', quick);
    engine.remove('web', false);
  },
  'stop-graceful'(engine) {
    engine.run('build-101', quick);
    engine.stop('build-101', true);
  },
  'stop-escalated'(engine) {
    engine.run('build-101', quick);
    engine.stop('build-101', false);
  },
  'foreign-restart'(engine) {
    engine.run('build-101', quick);
    engine.restart('build-101', false);
  },
  'foreign-pause'(engine) {
    engine.run('build-101', quick);
    engine.setPaused('build-101', true);
    engine.setPaused('build-101', false);
  },
  rename(engine) {
    engine.run('web', quick);
    engine.rename('web', 'old-web');
    engine.run('web', quick);
  },
  'shared-volume'(engine) {
    engine.run('build-101', { ...quick, volumes: ['cache:/cache'] });
    engine.run('build-102', { ...quick, volumes: ['cache:/cache'] });
    engine.run('build-103', { ...quick, volumes: ['cache:/cache:ro'] });
    engine.remove('build-101', false);
  },
  'volumes-from'(engine) {
    engine.run('build-101', { ...quick, volumes: ['/data'] });
    engine.run('build-102', { ...quick, volumesFrom: ['build-101'] });
    engine.remove('build-101', true);
    engine.remove('build-102', true);
  },
  'port-conflict'(engine) {
    engine.run('web-101', { ...quick, ports: ['18080:80'] });
    engine.failStart('web-102', { ...quick, ports: ['18080:80'] }, 'port is already allocated');
  },
  'oom-kill'(engine) {
    engine.run('build-101', quick);
    engine.oom('build-101');
    engine.die('build-101', 137);
  },
};

describe.each([
  ['20.10.24', '20'],
  ['28.5.2', '28'],
] as const)('what the builder writes is what engine %s sent', (version: string, family: Family) => {
  test.each(Object.entries(scenarios))('%s', (scenario, script) => {
    const engine = createRawEngine(family, identifier, 1_795_465_800_000_000_000n);
    script(engine);
    expect(shapeOf(engine.lines)).toEqual(shapeOf(recorded(version, scenario)));
  });
});

test('times keep all their digits', () => {
  const engine = createRawEngine('28', identifier, 1_795_465_800_123_456_789n);
  engine.run('web', quick);
  expect(engine.lines[0]).toMatch(/"timeNano":1795465800133456789}$/);
});
