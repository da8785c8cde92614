import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Observation } from '../../src/domain';
import { createClient } from '../../src/engine';
import { readRecording, recordEngine } from '../../src/recording';
import { describeWithEngine, type Engine, startEngine } from '../helpers/engine';
import { identifier as keep } from '../helpers/timeline';

const script = `
  docker run -d --name web-101 --label com.gitlab.gitlab-runner.job.id=101 --label my.password=hunter2 \\
    -e CI_JOB_ID=101 -e DB_PASSWORD=hunter2 -v cache:/cache busybox:local sleep 300
  docker exec web-101 echo hunter2
  docker rm -f web-101`;

describeWithEngine('a recording of a real engine', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine?.stop());

  test('holds scan, events and inspections, in order, and no secrets', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'crosstalk-recording-')), 'r.jsonl');
    const stop = new AbortController();
    const text = () => readFileSync(file, 'utf8');
    let started = false;
    const recording = recordEngine({
      client: createClient({ host: engine.host, keep }),
      keep,
      rescanEveryMs: 60_000,
      log: { info: () => undefined, warn: () => undefined },
      now: () => BigInt(Date.now()) * 1_000_000n,
      file,
      stop: stop.signal,
      onStarted: () => (started = true),
      onEvents: () => undefined,
    });
    while (!started) await sleep(10);
    expect(await engine.sh(script)).toMatchObject({ code: 0 });
    while (!/"k":"scan"/.test(text()) || !/\\"Action\\":\\"destroy\\"/.test(text())) await sleep(50);
    stop.abort();
    const { lines, events, bytes } = await recording;
    expect({ lines, bytes }).toEqual({
      lines: text().trim().split('\n').length,
      bytes: Buffer.byteLength(text()),
    });
    expect(text()).not.toContain('hunter2');

    const observations: Observation[] = [];
    for await (const each of readRecording(file, { keep })) observations.push(each);
    const told = observations.flatMap((each) => (each.k === 'event' ? [each.event] : []));
    expect(told).toHaveLength(events);
    const ofContainer = told.filter(({ type }) => type === 'container');
    expect(ofContainer.map(({ action }) => action)).toEqual(
      expect.arrayContaining([
        'create',
        'start',
        'exec_create',
        'exec_start',
        'exec_die',
        'kill',
        'die',
        'destroy',
      ]),
    );
    expect(ofContainer[0]!.labels).toEqual({ 'com.gitlab.gitlab-runner.job.id': '101' });
    expect(observations[0]).toMatchObject({ k: 'engine', engine: { version: engine.version } });
    const inspected = observations.flatMap((each) =>
      each.k === 'inspect' && each.inspection.type === 'container' ? [each.inspection.found] : [],
    );
    expect(inspected[0]).toMatchObject({
      name: 'web-101',
      mounts: [{ type: 'volume', name: 'cache' }],
      details: { env: { CI_JOB_ID: '101' } },
    });
    const times = observations.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
  });
});
