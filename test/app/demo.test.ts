import { demoObservations } from '../../src/app/demo';
import { detectors } from '../../src/detection/detectors';
import { type Observation, SECOND } from '../../src/domain';
import { findingsOf, identifier } from '../helpers/timeline';

const now = 1_800_000_000n * SECOND;

test('the demo tells of a day on which nearly everything went wrong, and ends now', async () => {
  const observations: Observation[] = [];
  for await (const each of demoObservations(identifier, now)) observations.push(each);
  const last = observations
    .flatMap((each) => (each.k === 'event' ? [each.event.time] : []))
    .sort()
    .at(-1);
  expect(last).toBe(now);

  const found = findingsOf(observations, detectors);
  const kinds = new Set(found.map(({ kind, variant }) => (variant === null ? kind : `${kind}/${variant}`)));
  expect([...kinds].sort()).toEqual(
    expect.arrayContaining([
      'foreign-kill/remove',
      'misdirected-bind',
      'name-conflict/takeover',
      'port-conflict',
      'shared-volume/volume',
    ]),
  );
});
