/** One line of `crosstalk doctor`. */
export interface Check {
  readonly name: string;
  /** `broken`: Crosstalk cannot do its work on this host as it is. */
  readonly state: 'ok' | 'warning' | 'broken';
  readonly text: string;
  /** What to do; '' when nothing is to be done. */
  readonly advice: string;
}

export const ok = (name: string, text: string): Check => ({ name, state: 'ok', text, advice: '' });

export const warning = (name: string, text: string, advice: string): Check => ({
  name,
  state: 'warning',
  text,
  advice,
});

export const broken = (name: string, text: string, advice: string): Check => ({
  name,
  state: 'broken',
  text,
  advice,
});

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
