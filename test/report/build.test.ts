import type { FindingDetail, JobFacts } from '../../src/domain';
import { buildReport } from '../../src/report';
import { at, death, facts, finding, gap, hazard, killer, ownMistake, party } from './facts';

const report = (overrides: Partial<JobFacts>) => buildReport(facts(overrides));

const watched = { mode: 'exec-watch', blindTo: ['SDKs'] } as const;

/** The same act, told of the job that did it. */
const asDone = (overrides: Partial<FindingDetail> = {}): FindingDetail =>
  finding({
    id: 40,
    victims: [party({ job: 'gitlab:7' })],
    actors: [killer({ job: 'gitlab:101' })],
    ...overrides,
  });

describe('verdict', () => {
  test.each<[string, Partial<JobFacts>, string]>([
    ['nothing found, nothing missed', {}, 'clean'],
    ['hurt by another', { asVictim: [finding()] }, 'interfered'],
    ['hurt by nobody known', { asVictim: [finding({ actors: [] })] }, 'interfered'],
    ['hurt others', { asActor: [asDone()] }, 'interfering'],
    ['hurt and hurting', { asVictim: [finding()], asActor: [asDone()] }, 'both'],
    ['a gap', { gaps: [gap()] }, 'unknown'],
    ['a gap of a source that this mode does not use', { gaps: [gap({ source: 'execs' })] }, 'clean'],
    [
      'a gap in the commands that were watched',
      { gaps: [gap({ source: 'execs' })], sight: watched },
      'unknown',
    ],
    ['hurt, and a gap besides', { asVictim: [finding()], gaps: [gap()] }, 'interfered'],
    ['only a hazard', { asVictim: [hazard()] }, 'clean'],
    ['only its own mistake', { asVictim: [ownMistake()], asActor: [ownMistake()] }, 'clean'],
    ['withdrawn', { asVictim: [finding({ status: 'withdrawn' })] }, 'clean'],
    ['suppressed', { asVictim: [finding({ status: 'suppressed' })] }, 'clean'],
    ['acknowledged', { asVictim: [finding({ status: 'acknowledged' })] }, 'interfered'],
    ['resolved', { asVictim: [finding({ status: 'resolved' })] }, 'interfered'],
    ['only possibly hurt', { asVictim: [finding({ confidence: 'possible' })] }, 'unknown'],
    ['only possibly hurting', { asActor: [asDone({ confidence: 'possible' })] }, 'unknown'],
    [
      'possibly hurt, surely hurting',
      { asVictim: [finding({ confidence: 'possible' })], asActor: [asDone()] },
      'interfering',
    ],
  ])('%s', (_name, overrides, verdict) => {
    expect(report(overrides).verdict).toBe(verdict);
  });
});

describe('retryable', () => {
  const before = at('20:29:10');
  const failed = death({
    at: before,
    exitCode: 1,
    signal: null,
    cause: 'exited',
    confidence: 'certain',
    finding: null,
  });
  test.each<[string, Partial<JobFacts>, boolean | null]>([
    ['clean', {}, false],
    ['hurting others only', { asActor: [asDone()] }, false],
    ['hurt', { asVictim: [finding()], deaths: [death()] }, true],
    ['hurt, not settled yet', { asVictim: [finding({ settled: false })] }, null],
    ['possibly hurt', { asVictim: [finding({ confidence: 'possible' })] }, null],
    ['a hazard', { asVictim: [hazard()] }, false],
    ['its own mistake', { asVictim: [ownMistake()], asActor: [ownMistake()] }, false],
    ['unknown because of a gap', { gaps: [gap()] }, null],
    ['own failure before', { asVictim: [finding()], deaths: [failed, death()] }, false],
    [
      'own failure after',
      { asVictim: [finding()], deaths: [death(), { ...failed, at: at('20:29:50') }] },
      true,
    ],
    ['own success before', { asVictim: [finding()], deaths: [{ ...failed, exitCode: 0 }] }, true],
    [
      'out of memory before',
      { asVictim: [finding()], deaths: [{ ...failed, cause: 'oom', exitCode: 137, oomKilled: true }] },
      false,
    ],
    [
      'killed from inside before',
      { asVictim: [finding()], deaths: [{ ...failed, cause: 'killed-from-inside', exitCode: 137 }] },
      false,
    ],
    ['tidied up itself before', { asVictim: [finding()], deaths: [{ ...failed, cause: 'own-kill' }] }, true],
    [
      'unexplained death before',
      { asVictim: [finding()], deaths: [{ ...failed, cause: 'unexplained' }] },
      null,
    ],
    [
      'hurt twice, own failure in between',
      {
        asVictim: [finding(), finding({ id: 13, firstSeenAt: at('20:30:30') })],
        deaths: [{ ...failed, at: at('20:30:00') }],
      },
      true,
    ],
  ])('%s', (_name, overrides, expected) => {
    expect(report(overrides).retryable).toBe(expected);
  });
});

describe('contents', () => {
  test('findings stand in list form, gravest first, and once', () => {
    const warning = finding({ id: 1, severity: 'warning', firstSeenAt: at('20:29:01') });
    const built = report({
      asVictim: [hazard(), warning, finding(), ownMistake()],
      asActor: [ownMistake(), asDone()],
    });
    expect(built.interferedBy.map(({ id }) => id)).toEqual([12, 1, 30, 20]);
    expect(built.interfering.map(({ id }) => id)).toEqual([40]);
    expect(built.interferedBy[0]).not.toHaveProperty('evidence');
    expect(built.interferedBy[0]).not.toHaveProperty('affected');
  });

  test('withdrawn and suppressed ones are not listed', () => {
    const built = report({
      asVictim: [finding({ status: 'withdrawn' })],
      asActor: [asDone({ status: 'suppressed' })],
    });
    expect([...built.interferedBy, ...built.interfering, ...built.advice]).toEqual([]);
  });

  test('the same advice is given once', () => {
    const built = report({
      asVictim: [finding(), finding({ id: 13 }), ownMistake(), hazard({ advice: ' ' })],
    });
    expect(built.advice).toEqual([finding().advice, ownMistake().advice]);
  });

  test('coverage is complete without a gap in the sources of the mode', () => {
    const execGap = gap({ id: 4, source: 'execs' });
    expect(report({ gaps: [execGap] }).coverage).toMatchObject({ complete: true, gaps: [] });
    expect(report({ gaps: [gap(), execGap], sight: watched }).coverage).toMatchObject({
      mode: 'exec-watch',
      blindTo: ['SDKs'],
      complete: false,
      gaps: [{ id: 3 }, { id: 4 }],
    });
  });

  test.each<[string, Partial<JobFacts>, RegExp[]]>([
    ['clean', {}, [/nothing from outside/i]],
    ['clean with a hazard', { asVictim: [hazard()] }, [/nothing from outside/i, /1 hint /]],
    [
      'interfered',
      { asVictim: [finding()] },
      [/gitlab:102 removed container db/, /inferred/, /retry may help/],
    ],
    ['both', { asVictim: [finding()], asActor: [asDone()] }, [/also did harm/]],
    ['a gap', { gaps: [gap()] }, [/1 gap/, /engine-restart/]],
    ['possible', { asVictim: [finding({ confidence: 'possible' })] }, [/possible, not sure enough/]],
  ])('the summary of %s says why', (_name, overrides, expected) => {
    for (const words of expected) expect(report(overrides).summary).toMatch(words);
  });
});
