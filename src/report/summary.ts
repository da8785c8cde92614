import type { FindingView, GapView, ReportVerdict } from '../domain';
import { howSure, plural } from './words';
import { isSure } from './weigh';

interface Parts {
  readonly verdict: ReportVerdict;
  /** Harm to and by the job, gravest first. */
  readonly hurtBy: readonly FindingView[];
  readonly hurts: readonly FindingView[];
  readonly gaps: readonly GapView[];
  /** Findings that the report lists, hazards included. */
  readonly listed: number;
  readonly retryable: boolean | null;
}

const gravest = (findings: readonly FindingView[]): string => {
  const [first, ...others] = findings.filter(isSure);
  if (!first) return '';
  const more = others.length === 0 ? '' : `, and ${plural(others.length, 'more finding')}`;
  return `${first.title.replace(/[.\s]+$/, '')} (${howSure[first.confidence]})${more}.`;
};

const whyUnknown = ({ hurtBy, hurts, gaps }: Parts): string => {
  const possible = hurtBy.length + hurts.length;
  return [
    possible === 0 ? '' : `${plural(possible, 'interference')} possible, not sure enough to accuse anybody.`,
    gaps.length === 0
      ? ''
      : `Nothing sure was found, but not everything was seen while it ran: ${plural(gaps.length, 'gap')} (${[
          ...new Set(gaps.map((gap) => gap.reason)),
        ].join(', ')}).`,
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
};

const retry = ({ hurtBy, retryable }: Parts): string => {
  if (!hurtBy.some(isSure)) return '';
  if (retryable === null) return 'Whether a retry helps is not known.';
  return retryable
    ? 'Nothing points to its own code: a retry may help.'
    : 'Its own code had failed before that: a retry alone may not help.';
};

/** The verdict in one to three sentences. */
export const summarise = (parts: Parts): string => {
  const sentences = {
    interfered: () => [gravest(parts.hurtBy), retry(parts)],
    interfering: () => [gravest(parts.hurts)],
    both: () => [gravest(parts.hurtBy), `It also did harm: ${gravest(parts.hurts)}`, retry(parts)],
    clean: () => [
      'Nothing from outside hurt this job while it ran, and it hurt no other job.',
      parts.listed === 0 ? '' : `${plural(parts.listed, 'hint')} on what may break another time.`,
    ],
    unknown: () => [whyUnknown(parts)],
  }[parts.verdict]();
  return sentences.filter((sentence) => sentence !== '').join(' ');
};
