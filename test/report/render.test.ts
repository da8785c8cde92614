import type { JobFacts } from '../../src/domain';
import { buildReport, renderJunit, renderMarkdown, renderText } from '../../src/report';
import { at, death, facts, finding, gap, hazard, hostile, job, killer, ownMistake, party } from './facts';
import { expectGolden } from './golden';

const formats = { txt: renderText, md: renderMarkdown, xml: renderJunit };

const full = facts({
  asVictim: [
    finding(),
    finding({
      id: 14,
      kind: 'shared-volume',
      variant: 'volume',
      severity: 'warning',
      confidence: 'certain',
      title: 'gitlab:101 and gitlab:102 both had volume cache mounted, one of them writing',
      summary: 'Containers of two running jobs had the same volume mounted.',
      advice: 'Name the volume after the job, for example cache-$CI_JOB_ID, or mount it read-only.',
      victims: [party({ container: 'build-101' }), party({ job: 'gitlab:102', container: 'build-102' })],
      actors: [],
      resource: { type: 'volume', id: 'cache', name: 'cache' },
      evidence: [
        { at: at('20:29:10.5'), source: 'inspect', text: 'build-101 mounts cache at /cache', ref: null },
      ],
      settled: false,
      count: 2,
    }),
    ownMistake(),
    hazard(),
  ],
  asActor: [
    finding({
      id: 15,
      confidence: 'certain',
      title: 'gitlab:101 killed container web of gitlab:100',
      victims: [party({ job: 'gitlab:100', container: 'web' })],
      actors: [killer({ job: 'gitlab:101', container: null, confidence: 'certain', because: [] })],
    }),
  ],
  deaths: [
    death(),
    death({
      container: { id: 'beef', name: 'worker' },
      at: at('20:30:10.001'),
      cause: 'unexplained',
      confidence: 'possible',
      finding: null,
      text: 'worker was killed by a signal that no API call sent: by the host, or by its own program.',
    }),
    death({
      container: { id: 'cafe', name: 'test' },
      at: at('20:31:20'),
      exitCode: 1,
      signal: null,
      cause: 'exited',
      confidence: 'certain',
      finding: null,
      text: 'test ended by itself with 1.',
    }),
  ],
  gaps: [gap(), gap({ id: 4, from: null, to: null, reason: 'start', missing: 'everything before' })],
});

const cases: Record<string, JobFacts> = {
  full,
  clean: facts({
    job: job({ project: null, pipeline: null, ref: null, url: null, endedAt: null, state: 'running' }),
  }),
  interfered: facts({ asVictim: [finding()], deaths: [death()] }),
  unknown: facts({ gaps: [gap()] }),
  watched: facts({
    sight: { mode: 'exec-watch', blindTo: ['SDKs, which run no docker command'] },
    asVictim: [
      finding({
        confidence: 'certain',
        actors: [killer({ confidence: 'certain', because: ['its process ran docker rm -f db'] })],
        evidence: [
          { at: at('20:29:45.36'), source: 'exec', text: 'gitlab:102 ran docker rm -f db', ref: 'exec:17' },
        ],
      }),
    ],
    deaths: [death({ confidence: 'certain' })],
    gaps: [gap({ source: 'execs', reason: 'link-down', missing: 'commands of seven seconds' })],
  }),
  hostile: facts({
    job: job({ project: hostile, ref: hostile, url: `https://x.example/>${hostile}` }),
    asVictim: [
      finding({
        title: `gitlab:102 removed ${hostile}`,
        summary: hostile,
        advice: hostile,
        victims: [party({ container: hostile, because: [hostile] })],
        actors: [killer({ job: null, system: hostile, container: hostile })],
        resource: { type: 'container', id: 'c0ffee', name: hostile },
        evidence: [{ at: at('20:29:45.381'), source: 'event', text: hostile, ref: 'event:1' }],
      }),
    ],
    deaths: [death({ container: { id: 'c0ffee', name: hostile }, text: hostile })],
    gaps: [gap({ missing: hostile })],
  }),
};

const render = (name: string, form: keyof typeof formats): string =>
  formats[form](buildReport(cases[name]!), cases[name]!);

describe.each(Object.keys(cases))('%s', (name) => {
  test.each(Object.keys(formats) as (keyof typeof formats)[])('as %s', (form) => {
    expectGolden(`${name}.${form}.golden`, render(name, form));
  });
});

describe('hostile names are shown, not obeyed', () => {
  test.each(Object.keys(formats) as (keyof typeof formats)[])(
    '%s holds no control or invisible character',
    (form) => {
      // Markdown breaks mentions with zero-width spaces of its own.
      const text = render('hostile', form).replaceAll('\u200b', '');
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    },
  );

  test('text gives a CI runner no command', () => {
    for (const line of render('hostile', 'txt').split('\n')) {
      expect(line.trimStart()).not.toMatch(/^::/);
      expect(line).not.toContain('##[');
    }
  });

  test('markdown mentions nobody, links nowhere, and keeps its table', () => {
    const text = render('hostile', 'md');
    const outsideCode = text.replace(/(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '');
    expect(outsideCode).not.toMatch(/@all|#12|http:\/\/|<b>|(?<!\\)\*\*bold/);
    const rows = text.split('\n').filter((line) => line.startsWith('| 20:'));
    expect(rows.map((row) => row.match(/(?<!\\)\|/g)?.length)).toEqual([6]);
  });

  test('XML is well-formed', () => {
    const text = render('hostile', 'xml');
    const inside = text.replace(/<\?xml [^>]*\?>|<\/?[a-z-]+(?: [a-z]+="[^"<>]*")*\/?>/g, '');
    expect(inside).not.toMatch(/[<>]|&(?!(?:amp|lt|gt|quot|apos);)/);
  });
});

test('a storm does not make the text endless', () => {
  const many = facts({
    asVictim: Array.from({ length: 300 }, (_, index) => finding({ id: index + 1 })),
    deaths: Array.from({ length: 300 }, () => death()),
    gaps: Array.from({ length: 300 }, (_, index) => gap({ id: index + 1 })),
  });
  const lines = renderText(buildReport(many), many).split('\n');
  expect(lines.length).toBeLessThan(600);
  expect(lines).toContain('  … and 280 more findings');
  expect(lines).toContain('  … and 250 more ends');
  expect(lines).toContain('  … and 290 more gaps');
});

test('words longer than the line stay whole', () => {
  const name = 'x'.repeat(150);
  const long = facts({ asVictim: [finding({ title: `gitlab:102 removed ${name} of gitlab:101` })] });
  expect(renderText(buildReport(long), long)).toContain(name);
});
