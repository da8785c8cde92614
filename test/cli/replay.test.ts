import type { FindingDetail, FindingQuery, Observation, Reader } from '../../src/domain';
import type { Parts } from '../../src/cli/parts';
import { finding } from './answering';
import { run } from './run';

const ticks: Record<string, number> = { 'a.jsonl': 3, 'b.jsonl': 2 };

const readRecording: Parts['readRecording'] = async function* (_config, file, onBytes) {
  for (let at = 1; at <= (ticks[file] ?? 0); at += 1) {
    onBytes(at * 10);
    yield { k: 'tick', at: BigInt(at) };
  }
};

const detail = (id: number): FindingDetail => ({ ...finding({ id }), affected: [], evidence: [] });

/** A reader of `total` findings, newest first, two to a page. */
const readerOf = (total: number): Reader => {
  const findings = ({ cursor }: FindingQuery) => {
    const from = Number(cursor ?? total);
    const ids = [from, from - 1].filter((id) => id > 0);
    return { items: ids.map((id) => finding({ id })), next: from > 2 ? String(from - 2) : null };
  };
  return { findings, finding: (id: number) => ({ found: detail(id) }) } as unknown as Reader;
};

const replaying = (total = 3) => {
  const calls: { dbFile: string | undefined; times: bigint[]; closed: boolean }[] = [];
  const replayInto: Parts['replayInto'] = async (observations: AsyncIterable<Observation>, { dbFile }) => {
    const call = { dbFile, times: [] as bigint[], closed: false };
    calls.push(call);
    for await (const { at } of observations) call.times.push(at);
    return { reader: readerOf(total), close: () => (call.closed = true) };
  };
  return { calls, parts: { readRecording, replayInto } };
};

test('each file on its own, findings oldest first, every page', async () => {
  const { calls, parts } = replaying();
  const { code, out, err } = await run(['replay', 'a.jsonl', 'b.jsonl'], parts);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(calls).toEqual([
    { dbFile: undefined, times: [1n, 2n, 3n], closed: true },
    { dbFile: undefined, times: [1n, 2n], closed: true },
  ]);
  expect(out.match(/^\S.*/gm)).toEqual([
    'a.jsonl: 3 observations, 3 findings',
    expect.stringMatching(/^#1 critical/),
    expect.stringMatching(/^#2 critical/),
    expect.stringMatching(/^#3 critical/),
    'b.jsonl: 2 observations, 3 findings',
    expect.stringMatching(/^#1/),
    expect.stringMatching(/^#2/),
    expect.stringMatching(/^#3/),
  ]);
});

test('with --db the files are parts of one recording', async () => {
  const { calls, parts } = replaying();
  await run(['replay', 'a.jsonl', 'b.jsonl', '--db', 'x.db'], parts);
  expect(calls).toMatchObject([{ dbFile: 'x.db', times: [1n, 2n, 3n, 1n, 2n] }]);
});

test('as JSON, with evidence', async () => {
  const { parts } = replaying(1);
  const { out } = await run(['replay', 'b.jsonl', '--json'], parts);
  expect(JSON.parse(out)).toEqual({
    replays: [{ files: ['b.jsonl'], observations: 2, findings: [detail(1)] }],
  });
});

test('progress with rate and time left, on a terminal only', async () => {
  const { parts } = replaying();
  let ms = 0;
  const nowMs = () => (ms += 1000);
  const { err } = await run(['replay', 'a.jsonl'], { ...parts, nowMs, isTTY: true });
  expect(err).toMatch(/replay a\.jsonl {2}\d+ % {2}\d observations\/s/);
  expect(err.endsWith('\r\u001b[2K')).toBe(true);
  expect((await run(['replay', 'a.jsonl'], { ...parts, nowMs })).err).toBe('');
});

test('a file that is no recording: its name and line, exit 1', async () => {
  const { code, err } = await run(['replay', 'evil\u001b.jsonl'], {
    ...replaying().parts,
    // eslint-disable-next-line require-yield
    async *readRecording(_config, file): AsyncGenerator<Observation> {
      throw new Error(`${file}:1: is neither`);
    },
  });
  expect({ code, err }).toEqual({ code: 1, err: 'error: evil\\u{1b}.jsonl:1: is neither\n' });
});

test('Ctrl-C ends it with what was found so far', async () => {
  const stop = new AbortController();
  const { calls, parts } = replaying();
  const { code } = await run(['replay', 'a.jsonl'], {
    ...parts,
    stop: stop.signal,
    nowMs: () => (stop.abort(), 0),
  });
  expect(code).toBe(0);
  expect(calls).toMatchObject([{ times: [], closed: true }]);
});
