import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createIdentifier } from '../../src/attribution/identify';
import { presets } from '../../src/attribution/presets';
import { detectors } from '../../src/detection/detectors';
import type { Changes, Observation } from '../../src/domain';
import { createPipeline } from '../../src/pipeline/pipeline';
import { readRecording } from '../../src/recording';
import { emptyMemory } from '../helpers/memory';
import { expectations } from './expectations';

const identifier = createIdentifier(presets);
const engines = ['20.10.24', '26.1.5', '28.5.2'];
const recordings = engines.flatMap((engine) =>
  readdirSync(join(__dirname, engine))
    .filter((file) => file.endsWith('.jsonl'))
    .map((file) => [engine, file.slice(0, -'.jsonl'.length)] as const),
);

const replay = async (file: string) => {
  const pipeline = createPipeline({
    memory: emptyMemory(),
    identifier,
    detectors,
    settings: { leftoverAfterMs: 1_800_000, disable: [], allow: [] },
    onDetectorError(kind, error) {
      throw new Error(`${kind} failed`, { cause: error });
    },
  });
  const list: Observation[] = [];
  for await (const observation of readRecording(file, { keep: identifier })) list.push(observation);
  const changes: Changes = pipeline.process(list);
  const key = (job: number | null) => [...changes.jobs].find(({ id }) => id === job)?.key ?? 'nobody';
  const names = (parties: readonly { job: number | null }[]) =>
    parties.map(({ job }) => key(job)).join('+') || 'nobody';
  const containers = [...changes.containers];
  return {
    findings: [...changes.findings]
      .map(
        ({ kind, variant, confidence, victims, actors, status }) =>
          `${kind}${variant ? `/${variant}` : ''} ${confidence}: ${names(victims)} <- ${names(actors)}, ${status}`,
      )
      .sort(),
    death: (name: string) => {
      const ids = containers.filter((each) => each.name === name).map(({ id }) => id);
      return [...changes.deaths].filter((death) => ids.includes(death.container)).at(-1)?.cause;
    },
    owner: (name: string) => {
      const { job, confidence } = containers.find((each) => each.name === name)!.owner;
      return job === null ? null : `${key(job)} ${confidence}`;
    },
    gaps: changes.gaps.map(({ reason }) => reason),
    malformed: changes.malformed,
  };
};

test('every recording has an expectation, and every expectation a recording', () => {
  expect([...new Set(recordings.map(([, scenario]) => scenario))].sort()).toEqual(
    Object.keys(expectations).sort(),
  );
  expect(recordings).toHaveLength(177);
});

test.each(recordings)('%s %s', async (engine, scenario) => {
  const { findings, deaths = {}, owners = {}, gaps = [] } = expectations[scenario]!;
  const replayed = await replay(join(__dirname, engine, `${scenario}.jsonl`));
  expect(replayed.findings).toEqual([...findings].sort());
  for (const [name, cause] of Object.entries(deaths))
    expect([name, replayed.death(name)]).toEqual([name, cause]);
  for (const [name, job] of Object.entries(owners)) expect([name, replayed.owner(name)]).toEqual([name, job]);
  expect(replayed.gaps).toEqual(gaps);
  expect(replayed.malformed).toBe(0);
});
