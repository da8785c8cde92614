import type { Labels } from '../domain';
import { cutText } from './cut';
import { asList, asText, type JsonObject } from './json';

/** What of labels and environment may be kept; everything else is dropped here, at the border. */
export interface Keep {
  keepLabel(key: string): boolean;
  /** `value`: may be stored; `presence`: only that it is set; undefined: never read. */
  keepEnv(name: string): 'value' | 'presence' | undefined;
}

export const keptLabels = (labels: JsonObject, keepLabel: Keep['keepLabel']): Labels => {
  const kept: [string, string][] = [];
  for (const [key, value] of Object.entries(labels))
    if (typeof value === 'string' && keepLabel(key)) kept.push([key, cutText(value)]);
  return Object.fromEntries(kept);
};

/** @param env `NAME=value` each, as the engine lists it */
export const keptEnv = (env: unknown, keepEnv: Keep['keepEnv']): Readonly<Record<string, string>> => {
  const kept: [string, string][] = [];
  for (const entry of asList(env)) {
    const [name = '', ...value] = asText(entry).split('=');
    const how = keepEnv(name);
    if (how) kept.push([name, how === 'value' ? cutText(value.join('=')) : '']);
  }
  return Object.fromEntries(kept);
};
