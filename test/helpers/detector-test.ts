import type { Detector } from '../../src/detection/detector';
import type { DetectSettings } from '../../src/pipeline/settings';
import type { Family } from './raw-engine';
import { findingsOf, timeline, type Timeline, type Told } from './timeline';
import { traceOf } from './trace';

/** A story, or the name of a recorded trace: `28.5.2/shared-volume`. */
type Story = ((t: Timeline) => void) | string;
type Expected = Partial<Omit<Told, 'finding'>>;

export interface DetectorCases {
  /** Looks like it, and is none. */
  readonly quiet: Readonly<Record<string, Story>>;
  readonly found: Readonly<Record<string, readonly [Story, ...Expected[]]>>;
  readonly settings?: Partial<DetectSettings>;
}

const families: readonly Family[] = ['20', '28'];

const told = async (
  story: Story,
  engine: Family,
  detector: Detector,
  settings: Partial<DetectSettings> | undefined,
): Promise<readonly Told[]> => {
  if (typeof story === 'string') return findingsOf(await traceOf(story), [detector], settings);
  const t = timeline({ engine, detectors: [detector], ...(settings && { settings }) });
  story(t);
  return t.findings();
};

/** The one way to test a detector: stories in which it must be quiet and stories in which it must speak, on both engines. */
export const detectorTest = (detector: Detector, { quiet, found, settings }: DetectorCases): void => {
  const engines = (story: Story) => (typeof story === 'string' ? families.slice(0, 1) : families);
  describe(detector.kind, () => {
    describe('is quiet when', () => {
      for (const [name, story] of Object.entries(quiet))
        for (const engine of engines(story))
          test(`${name} (${typeof story === 'string' ? story : engine})`, async () => {
            const titles = (await told(story, engine, detector, settings)).map(
              ({ finding }) => finding.title,
            );
            expect(titles).toEqual([]);
          });
    });

    describe('speaks when', () => {
      for (const [name, [story, ...expected]] of Object.entries(found))
        for (const engine of engines(story))
          test(`${name} (${typeof story === 'string' ? story : engine})`, async () => {
            const findings = await told(story, engine, detector, settings);
            expect(findings).toMatchObject(expected);
            expect(findings).toHaveLength(expected.length);
            for (const { variant, finding } of findings) {
              expect(detector.variants).toContain(variant);
              expect(finding.affected[0]).toMatchObject({
                type: finding.resource.type,
                id: finding.resource.id,
              });
              expect(finding.title).not.toMatch(/\n|undefined|null/);
              expect(finding.summary + finding.advice).not.toMatch(/undefined|null/);
              expect(finding.evidence.length).toBeGreaterThan(0);
            }
          });
    });

    test('has more quiet cases than found ones, and a recorded trace of each', () => {
      const stories = Object.values(found).map(([story]) => story);
      expect(Object.keys(quiet).length).toBeGreaterThan(stories.length);
      expect(Object.values(quiet).some((story) => typeof story === 'string')).toBe(true);
      expect(stories.some((story) => typeof story === 'string')).toBe(true);
    });
  });
};
