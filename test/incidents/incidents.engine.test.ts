import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FindingView, Page } from '../../src/domain';
import { type Daemon, startDaemon } from '../helpers/daemon';
import { describeWithEngine, type Engine, startEngine } from '../helpers/engine';
import { type Incident, incidents } from './incidents';
import { endJobs, jobsOf, play, sweepUp } from './play';
import { accuracyTable, type Row } from './table';
import { judge } from './verdict';

const modes = ['events-only', 'exec-watch'] as const;
/** An act is judged two seconds after its last event. */
const settlesMs = 2800;

const playAll = process.env['CROSSTALK_ACCURACY_FILE'];

describeWithEngine('incidents', () => {
  let engine: Engine;
  const daemons = new Map<(typeof modes)[number], Daemon>();
  const rows: Row[] = [];

  beforeAll(async () => {
    engine = await startEngine();
    await engine.sh('docker tag busybox:local busybox:latest');
    for (const mode of modes)
      daemons.set(
        mode,
        await startDaemon({
          dockerHost: engine.host,
          dataDir: join(engine.directory, mode),
          execs: mode === 'exec-watch' ? 'on' : 'off',
        }),
      );
    await new Promise((done) => setTimeout(done, 2500));
  });
  afterAll(async () => {
    if (playAll !== undefined && engine) writeFileSync(playAll, accuracyTable(engine.version, rows));
    for (const daemon of daemons.values()) await daemon.end();
    await engine?.stop();
  });

  const findingsOf = async (mode: (typeof modes)[number], index: number): Promise<readonly FindingView[]> => {
    const keys = Object.values(jobsOf(index)).map((id) => `gitlab:${id}`);
    const { items } = await daemons.get(mode)!.json<Page<FindingView>>('/api/v1/findings?limit=500');
    return items.filter(({ victims, actors }) =>
      [...victims, ...actors].some(({ job }) => job !== null && keys.includes(job)),
    );
  };

  const cases = incidents.map((incident, index) => [incident.id, incident.title, incident, index] as const);
  test.each(cases)('%s %s', async (_id, _title, incident: Incident, index) => {
    const unlike = await play(engine, incident, index);
    await new Promise((done) => setTimeout(done, settlesMs));
    const jobs = jobsOf(index);
    const letterOf = (key: string | null) =>
      key === `gitlab:${jobs.A}` ? 'A' : key === `gitlab:${jobs.B}` ? 'B' : undefined;
    const [events, execs] = await Promise.all(
      modes.map(async (mode) => judge(incident, await findingsOf(mode, index), letterOf)),
    );
    rows.push({ incident, events: events!, execs: execs! });
    await sweepUp(engine);
    endJobs(incident);

    expect(unlike).toEqual([]);
    expect(events!.wrong).toEqual([]);
    expect(execs!.wrong).toEqual([]);
    const open = execs!.harms.filter(
      ({ harm, seen }) => seen !== 'named' && !(incident.open ?? []).includes(harm),
    );
    expect(open).toEqual([]);
  });
});
