import type { FindingView } from '../../src/domain';
import type { Harm, Incident } from './incidents';

/** `named`: with who did it. `seen`: the victim knows, and who did it is open. */
export type Seen = 'named' | 'seen' | 'no';

export interface Verdict {
  readonly harms: readonly { readonly harm: Harm; readonly seen: Seen }[];
  /** Findings that the incident does not explain, and accusations of the wrong one. */
  readonly wrong: readonly string[];
}

interface Parsed {
  readonly kind: string;
  readonly variant: string | undefined;
  readonly victims: readonly string[];
  readonly actor: string | undefined;
}

const parse = (harm: Harm): Parsed => {
  const [what = '', who = ''] = harm.split(' ');
  const [kind = '', variant] = what.split('/');
  const [victims = '', actor] = who.split('<-');
  return { kind, variant, victims: victims.split('+'), actor };
};

/** Compares what was found with what happened. `jobs` gives the letter of a job's key. */
export const judge = (
  incident: Incident,
  findings: readonly FindingView[],
  letterOf: (key: string | null) => string | undefined,
): Verdict => {
  const told = findings
    .filter(({ status }) => status !== 'withdrawn')
    .map((finding) => ({
      finding,
      victims: finding.victims.map(({ job }) => letterOf(job) ?? '?').sort(),
      actors: finding.actors.map(({ job, system }) => letterOf(job) ?? system ?? '?'),
    }));
  const fits = (harm: Harm) => {
    const { kind, variant, victims, actor } = parse(harm);
    return ({ finding, victims: hurt, actors }: (typeof told)[number]): Seen => {
      if (finding.kind !== kind || (variant !== undefined && finding.variant !== variant)) return 'no';
      if (hurt.join() !== [...victims].sort().join()) return 'no';
      if (actors.length === 0) return actor === undefined ? 'named' : 'seen';
      return actors[0] === actor ? 'named' : 'no';
    };
  };
  const best = (harm: Harm): Seen => {
    const all = told.map(fits(harm));
    return all.includes('named') ? 'named' : all.includes('seen') ? 'seen' : 'no';
  };
  const known = [...incident.harms, ...(incident.also ?? [])];
  const wrong = told
    .filter((each) => known.every((harm) => fits(harm)(each) === 'no'))
    // What a job left behind, or named as another did before: true of nearly every incident, and no accusation.
    .filter(({ finding }) => finding.severity !== 'info')
    // Said to be no more than possible, and of nobody.
    .filter(({ finding, actors }) => finding.confidence !== 'possible' || actors.length > 0)
    .map(
      ({ finding, victims, actors }) =>
        `${finding.kind}${finding.variant ? `/${finding.variant}` : ''} ${finding.confidence} ${victims.join('+')}<-${actors.join() || 'nobody'}: ${finding.title}`,
    );
  return { harms: incident.harms.map((harm) => ({ harm, seen: best(harm) })), wrong };
};
