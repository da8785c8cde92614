import { join } from 'node:path';
import type { Observation } from '../../src/domain';
import { containerOfInspect } from '../../src/engine/container-snapshot';
import { normaliseEvent } from '../../src/engine/normalise';
import { readRecording } from '../../src/recording';
import { identifier } from './timeline';

export const tracesDirectory = join(__dirname, '../fixtures/traces');

/** The observations of `test/fixtures/traces/<engine>/<scenario>.jsonl`, with the inspections of its `.meta.json`. */
export const traceOf = async (name: string): Promise<Observation[]> => {
  const observations: Observation[] = [];
  const normalise = {
    event: (text: string) => normaliseEvent(text, identifier.keepLabel),
    container: (answer: unknown) => containerOfInspect(answer, identifier),
  };
  for await (const each of readRecording(join(tracesDirectory, `${name}.jsonl`), { normalise }))
    observations.push(each);
  return observations;
};
