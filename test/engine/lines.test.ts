import fc from 'fast-check';
import { createLineReader } from '../../src/engine/lines';

const read = (chunks: readonly Buffer[], longestBytes?: number) => {
  const lines: string[] = [];
  const tooLong: number[] = [];
  const reader = createLineReader({
    onLine: (text) => void lines.push(text),
    onTooLong: (bytes) => void tooLong.push(bytes),
    ...(longestBytes !== undefined && { longestBytes }),
  });
  for (const chunk of chunks) reader.push(chunk);
  return { lines, tooLong };
};

const cut = (bytes: Buffer, places: readonly number[]): Buffer[] => {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...ends, bytes.length].map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
};

const euro = Buffer.from('€');

test.each<[string, readonly (string | Buffer)[], readonly string[]]>([
  ['one line a chunk', ['a\n', 'b\n'], ['a', 'b']],
  ['several in one', ['a\nb\nc\n'], ['a', 'b', 'c']],
  ['a line over three chunks', ['a', 'b', 'c\nd\n'], ['abc', 'd']],
  ['a character over two chunks', [euro.subarray(0, 1), euro.subarray(1), '\n'], ['€']],
  ['empty lines and chunks', ['\n\n', '', 'a\n', '\n'], ['a']],
  ['an unfinished end', ['a\nb'], ['a']],
])('%s', (_name, chunks, lines) => {
  expect(read(chunks.map((chunk) => Buffer.from(chunk)))).toEqual({ lines, tooLong: [] });
});

test.each([1, 3, 100])('a line that is too long is dropped and told, in chunks of %d bytes', (size) => {
  const bytes = Buffer.from(`short\n${'x'.repeat(21)}\n${'y'.repeat(20)}\nend\n`);
  const places = Array.from(bytes.keys()).filter((at) => at % size === 0);
  expect(read(cut(bytes, places), 20)).toEqual({ lines: ['short', 'y'.repeat(20), 'end'], tooLong: [21] });
});

test('however the bytes are cut, the lines are the same', () => {
  const text = fc.string({ unit: 'grapheme' }).map((line) => line.replaceAll('\n', ''));
  fc.assert(
    fc.property(fc.array(text), fc.array(fc.nat()), (lines, places) => {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      expect(read(cut(bytes, places)).lines).toEqual(lines.filter((line) => line !== ''));
    }),
  );
});
