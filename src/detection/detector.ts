import type { Finding, Verdict } from '../domain';
import type { Fact } from '../world/fact';
import type { History } from './history';

/** A verdict without what the pipeline fills in. */
export type Proposal = Omit<Verdict, 'kind' | 'at' | 'settled'> & { readonly settled?: boolean };

/**
 * What a detector says about one subject (an act, a volume, a name, a job). It is complete: an open finding of this
 * kind and subject that is no longer proposed was wrong and is withdrawn.
 */
export interface Judgement {
  /** For example `act:12`, `volume:cache`. */
  readonly subject: string;
  readonly proposals: readonly Proposal[];
  /** Why a finding that is proposed no more goes; `resolved` when the condition ended, `withdrawn` when it never was. */
  readonly otherwise?: { readonly status: 'resolved' | 'withdrawn'; readonly reason: string };
}

export interface Detector {
  readonly kind: string;
  /** null stands for a kind without variants. */
  readonly variants: readonly (string | null)[];
  /** One sentence for listings. */
  readonly summary: string;
  readonly on: readonly Fact['k'][];
  /** undefined: this fact says nothing to this detector. */
  judge(fact: Fact, history: History): Judgement | undefined;
  /** Once a minute for each open finding of the kind: why it is over, or undefined while it holds. */
  over?(finding: Finding, history: History): string | undefined;
}
