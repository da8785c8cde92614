import type { Caller } from '../domain';

/** What the witness asks its daemon on behalf of a process that called the audit socket. */
export interface CallerQuestion {
  /** `job`: the key of its job, for a label; the others are addresses below `/_crosstalk/`. */
  readonly what: 'job' | 'whoami' | 'report' | 'findings';
  readonly caller: Caller;
  /** Its Accept header. */
  readonly accept: string;
  /** `?format=` of the report. */
  readonly format: string | null;
}

export interface CallerAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}
