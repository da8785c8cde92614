import type { FindingDetail, FindingView, GapView, JobFacts, Mode, ReportView } from '../domain';
import { summarise } from './summary';
import { isRetryable } from './retryable';
import { byGravity, isHarm, isSure, stands } from './weigh';

/** What each mode looks through; a gap in another source costs it nothing. */
const sourcesOf: Record<Mode, readonly string[]> = {
  'events-only': ['events'],
  'exec-watch': ['events', 'execs'],
  'audit-socket': ['events', 'execs', 'calls'],
};

/** Evidence and blast radius stay on the finding's own page. */
const listForm = ({ evidence: _, affected: __, ...view }: FindingDetail): FindingView => view;

const verdictOf = (
  hurtBy: readonly FindingView[],
  hurts: readonly FindingView[],
  complete: boolean,
): ReportView['verdict'] => {
  const [interfered, interfering] = [hurtBy.some(isSure), hurts.some(isSure)];
  if (interfered && interfering) return 'both';
  if (interfered) return 'interfered';
  if (interfering) return 'interfering';
  return complete && hurtBy.length === 0 && hurts.length === 0 ? 'clean' : 'unknown';
};

/** The job's report. Pure: the same facts give the same report, and a running job's report is about what it has lived so far. */
export const buildReport = (facts: JobFacts): ReportView => {
  const {
    job,
    sight: { mode, blindTo },
  } = facts;
  const asVictim = facts.asVictim.filter(stands).toSorted(byGravity);
  const suffered = new Set(asVictim.map((finding) => finding.id));
  const asActor = facts.asActor
    .filter((finding) => stands(finding) && !suffered.has(finding.id))
    .toSorted(byGravity);
  const gaps: readonly GapView[] = facts.gaps.filter((gap) => sourcesOf[mode].includes(gap.source));

  const hurtBy = asVictim.filter((finding) => isHarm(finding, job.key));
  const hurts = asActor.filter((finding) => isHarm(finding, job.key));
  const verdict = verdictOf(hurtBy, hurts, gaps.length === 0);
  const retryable = isRetryable(job.key, asVictim, facts.deaths, verdict);

  return {
    job,
    verdict,
    summary: summarise({ verdict, hurtBy, hurts, gaps, listed: asVictim.length + asActor.length, retryable }),
    interferedBy: asVictim.map(listForm),
    interfering: asActor.map(listForm),
    deaths: facts.deaths,
    resources: {
      containers: facts.containers,
      volumes: facts.volumes,
      networks: facts.networks,
      images: facts.images,
    },
    coverage: { mode, complete: gaps.length === 0, blindTo, gaps },
    advice: [...new Set([...asVictim, ...asActor].map((finding) => finding.advice.trim()))].filter(
      (advice) => advice !== '',
    ),
    retryable,
  };
};
