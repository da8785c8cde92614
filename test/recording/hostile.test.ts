import fc from 'fast-check';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRecording } from '../../src/recording';
import { scrubEvent } from '../../src/recording/scrub';
import { identifier as keep } from '../helpers/timeline';
import { tracesDirectory } from '../helpers/trace';

const dir = mkdtempSync(join(tmpdir(), 'crosstalk-recording-'));
const trace = readFileSync(join(tracesDirectory, '28.5.2/shared-volume.jsonl'), 'utf8').trim().split('\n');

test('no label that is not kept survives, whatever its name and value', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string()), fc.string(), (labels, command) => {
      const secret = 'S3CR3T';
      const named = Object.fromEntries(
        Object.entries(labels).map(([key, value]) => [`label ${key}`, `${value}${secret}`]),
      );
      const text = JSON.stringify({
        Type: 'container',
        Action: `exec_create: ${secret}${command}`,
        Actor: { ID: 'x', Attributes: { ...named, name: 'web' } },
        timeNano: 7,
      });
      const scrubbed = scrubEvent(text, () => false)!;
      expect(scrubbed).not.toContain(secret);
      expect(JSON.parse(scrubbed)).toMatchObject({ Actor: { Attributes: { name: 'web' } }, timeNano: 7 });
    }),
  );
});

test.each([
  ['null', 'null'],
  ['text', '"x"'],
  ['a list', '[]'],
  ['no Type', '{}'],
  ['a Type that is no text', '{"Type":1}'],
  ['half', '{"Type":"container'],
])('%s is no event', (_, text) => expect(scrubEvent(text, () => true)).toBeUndefined());

test.each([
  ['an Actor that is none', '{"Type":"x","Actor":null,"timeNano":7}'],
  ['Attributes that are none', '{"Type":"x","Actor":{"Attributes":[1]},"timeNano":7}'],
  ['an Action that is none', '{"Type":"x","Action":{"a":1},"timeNano":7}'],
])('an event with %s is kept as it can be', (_, text) => {
  expect(JSON.parse(scrubEvent(text, () => true)!)).toMatchObject({ Type: 'x', timeNano: 7 });
});

test('damage anywhere after the first line never stops a replay', async () => {
  const file = join(dir, 'damaged.jsonl');
  const [first, ...rest] = trace;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(), fc.string()), { minLength: 1, maxLength: 8 }),
      async (damages) => {
        let text = rest.join('\n');
        for (const [at, insert] of damages) {
          const place = at % text.length;
          text = text.slice(0, place) + insert + text.slice(place + 1);
        }
        writeFileSync(file, `${first}\n${text}`);
        const kinds = new Set<string>();
        for await (const { k } of readRecording(file, { keep })) kinds.add(k);
        expect(kinds).toContain('tick');
      },
    ),
    { numRuns: 50 },
  );
});
