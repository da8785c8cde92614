import { harmless } from '../report';

/** What the program writes to; process.stdout and process.stderr are two. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 } as const;
export type Colour = keyof typeof codes;

/** Colours a text that has been made harmless before. */
export type Paint = (colour: Colour, text: string) => string;

export interface Terminal {
  readonly isTerminal: boolean;
  /** Width of the terminal; undefined where there is none. */
  readonly columns: number | undefined;
  readonly paint: Paint;
  /** Writes a line as it is: foreign text in it must have gone through `harmless`. */
  line(text?: string): void;
  /** Writes text that is complete and harmless already, for example a report. */
  block(text: string): void;
  json(value: unknown): void;
  /** Overwrites the current line; does nothing where there is no terminal. '' clears it. */
  status(text: string): void;
}

/** https://no-color.org: any value but the empty one switches colours off. */
const wantsColour = (output: Output, env: Environment): boolean =>
  output.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';

export const createTerminal = (output: Output, env: Environment): Terminal => {
  const coloured = wantsColour(output, env);
  const isTerminal = output.isTTY === true;
  return {
    isTerminal,
    columns: isTerminal ? output.columns : undefined,
    paint: (colour, text) => (coloured ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text),
    line: (text = '') => void output.write(`${text}\n`),
    block: (text) => void output.write(text.endsWith('\n') ? text : `${text}\n`),
    json: (value) => void output.write(`${JSON.stringify(value, null, isTerminal ? 2 : undefined)}\n`),
    status: (text) => {
      if (isTerminal) output.write(`\r\u001b[2K${text}`);
    },
  };
};

export { harmless };
