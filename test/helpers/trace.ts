import { join } from 'node:path';
import type { Observation } from '../../src/domain';
import { readRecording } from '../../src/recording';
import { identifier } from './timeline';

export const tracesDirectory = join(__dirname, '../traces');

/** The observations of `test/traces/<engine>/<scenario>.jsonl`, with the inspections of its `.meta.json`. */
export const traceOf = async (name: string): Promise<Observation[]> => {
  const observations: Observation[] = [];
  for await (const each of readRecording(join(tracesDirectory, `${name}.jsonl`), { keep: identifier }))
    observations.push(each);
  return observations;
};
