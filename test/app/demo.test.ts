import { demoObservations } from '../../src/app/demo';
import { detectors } from '../../src/detection/detectors';
import { type Observation, SECOND } from '../../src/domain';
import { findingsOf, identifier } from '../helpers/timeline';

const now = 1_800_000_000n * SECOND;

const badDay = async (): Promise<Observation[]> => {
  const observations: Observation[] = [];
  for await (const each of demoObservations(identifier, now)) observations.push(each);
  return observations;
};

test('the demo ends now', async () => {
  const times = (await badDay()).flatMap((each) => (each.k === 'event' ? [each.event.time] : []));
  expect(times.reduce((last, time) => (time > last ? time : last))).toBe(now);
});

// Which container of a sweep stands for it is chance.
const nameOf = (resource: string, actors: readonly string[]): string =>
  actors.length === 0 && /^runner-|^selenium$/.test(resource) ? 'one of several' : resource;

// All that scripts/demo/bad-day.sh does wrong, and nothing else: its quiet jobs, the runner's teardowns, what jobs
// remove of their own and the one that runs out of memory are nobody's fault.
test('the demo tells what went wrong on that day, and accuses nobody else', async () => {
  const found = findingsOf(await badDay(), detectors).map(
    ({ kind, variant, severity, confidence, victims, actors, resource }) =>
      `${variant === null ? kind : `${kind}/${variant}`} ${nameOf(resource, actors)}: ${actors.join() || 'open'} > ${victims.join() || 'nobody'}, ${severity}, ${confidence}`,
  );
  expect(found.sort()).toEqual([
    'foreign-kill/remove db: gitlab:4713 > gitlab:4712, critical, likely',
    'foreign-kill/remove one of several: open > gitlab:4715, critical, likely',
    'foreign-kill/remove one of several: open > gitlab:4716, critical, likely',
    'leftover mysql: gitlab:4718 > nobody, info, certain',
    'misdirected-bind /builds/shop/api: gitlab:4712 > gitlab:4712, warning, likely',
    'name-conflict/takeover db: gitlab:4713 > gitlab:4712, warning, likely',
    'name-conflict/takeover selenium: gitlab:4717 > gitlab:4715, warning, likely',
    'port-conflict 5432/tcp: gitlab:4712 > gitlab:4713, warning, certain',
    'shared-volume/volume maven-repo: open > gitlab:4712,gitlab:4713, warning, likely',
  ]);
});
