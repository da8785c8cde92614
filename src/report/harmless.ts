/** Controls (C0, C1, escape sequences), invisible and direction-changing characters, lone surrogates, odd line ends. */
const treacherous = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu;

const escaped = (character: string): string => `\\u{${character.codePointAt(0)!.toString(16)}}`;

/** Longest piece of foreign text that a report shows: a label may hold a kilobyte. */
const longest = 400;

/**
 * One line that shows text chosen by a container without obeying it: what a terminal would act on is spelt out
 * (`\u{1b}`), so that two different names never look the same.
 */
export const harmless = (text: string): string => {
  const characters = [...text];
  const cut = characters.length > longest ? `${characters.slice(0, longest).join('')}…` : text;
  return cut.replace(treacherous, escaped);
};

/**
 * CI runners read commands from the log (`::error::` at the start of a line, `##[group]` and `##teamcity[` anywhere):
 * a backslash keeps a label from giving them.
 */
export const harmlessInJobLog = (line: string): string =>
  line.replace(/^(\s*):(?=:)/, '$1\\:').replace(/#(?=#(?:\[|vso\[|teamcity\[))/gi, '#\\');
