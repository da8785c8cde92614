import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { detectors } from '../../src/detection/detectors';
import { findingsOf } from '../helpers/timeline';
import { traceOf, tracesDirectory } from '../helpers/trace';

const traces = ['20.10.24', '28.5.2', 'commands'].flatMap((engine) =>
  readdirSync(join(tracesDirectory, engine))
    .filter((file) => file.endsWith('.jsonl'))
    .map((file) => `${engine}/${file.slice(0, -'.jsonl'.length)}`),
);

/** Everything is asked of every recording; `findingsOf` insists that restarts change nothing. */
test.each(traces)('%s: nobody is accused on less than likely evidence', async (name) => {
  for (const { confidence, actors, finding } of findingsOf(await traceOf(name), detectors)) {
    expect(confidence).not.toBe('possible');
    expect(finding.actors.map((actor) => actor.confidence)).not.toContain('possible');
    expect(actors).not.toContain('nobody');
  }
});
