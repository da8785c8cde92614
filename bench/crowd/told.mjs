// What Crosstalk tells over its API, by the events of the engine that it goes by.
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export const startDaemon = (engine, dataDir) =>
  new Promise((done, failed) => {
    const args = [
      'serve',
      '--listen',
      '127.0.0.1:0',
      '--data-dir',
      dataDir,
      '--docker-host',
      `unix://${engine.socket}`,
    ];
    const child = spawn(process.execPath, [resolve('bin/crosstalk'), ...args], {
      env: { ...process.env, CROSSTALK_WATCH_EXECS: 'on' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const ended = new Promise((exited) => child.once('exit', exited));
    void ended.then((code) => failed(new Error(`the daemon ended with ${code}: ${output}`)));
    const ask = async (path) => {
      const answer = await fetch(`${address()}/api/v1${path}`);
      return answer.ok ? answer.json() : undefined;
    };
    const address = () => /listening on (http:\/\/[\d.]+:\d+)/.exec(output)?.[1];
    const daemon = {
      ask,
      async all(path) {
        const items = [];
        for (let cursor = ''; cursor !== null;) {
          const page = await ask(`${path}?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
          items.push(...page.items);
          cursor = page.next;
        }
        return items;
      },
      async watching() {
        while ((await ask('/coverage')).sources.execs.state !== 'on') await pause(100);
      },
      end() {
        child.kill('SIGTERM');
        return ended;
      },
    };
    const onText = (text) => {
      output += text;
      if (address()) done(daemon);
    };
    child.stdout.on('data', onText);
    child.stderr.on('data', onText);
  });

const accusing = new Set(['foreign-kill', 'prune', 'foreign-access', 'network-interference']);

/** `accused(event)`: findings that name somebody for it. */
export const readTold = async (daemon) => {
  const rows = await daemon.all('/events');
  const rowsOf = new Map();
  const idOfRow = new Map(rows.map((row) => [row.id, row.resource?.id]));
  const keyOf = ({ type, action }, id) => `${type} ${action} ${id}`;
  for (const row of rows) {
    const key = keyOf(row, row.resource?.id);
    rowsOf.set(key, [...(rowsOf.get(key) ?? []), row]);
  }
  const findings = (await daemon.all('/findings')).filter(
    ({ kind, status }) => accusing.has(kind) && status !== 'withdrawn',
  );
  const byRow = new Map();
  const details = [];
  for (const { id } of findings) {
    const finding = await daemon.ask(`/findings/${id}`);
    if (finding) details.push(finding);
    for (const { ref } of finding?.evidence ?? [])
      if (ref?.startsWith('event:'))
        byRow.set(Number(ref.slice(6)), [...(byRow.get(Number(ref.slice(6))) ?? []), finding]);
  }
  const rowOf = (event) =>
    (rowsOf.get(keyOf(event, event.id)) ?? []).find((row) => Math.abs(Date.parse(row.at) - event.at) < 2);
  return {
    /** Findings on this container that go by a command begun in this time: a further event of an act has no evidence of its own. */
    goingBy: (id, { startedAt, endedAt }) =>
      details.filter(
        ({ evidence }) =>
          evidence.some(
            ({ source, at }) =>
              source === 'exec' && startedAt <= Date.parse(at) + 1 && Date.parse(at) <= endedAt,
          ) &&
          evidence.some(({ ref }) => ref?.startsWith('event:') && idOfRow.get(Number(ref.slice(6))) === id),
      ),
    accused: (event) => byRow.get(rowOf(event)?.id) ?? [],
    container: (id) => daemon.ask(`/containers/${id}`),
    coverage: () => daemon.ask('/coverage'),
    execs: () => daemon.all('/execs'),
  };
};
