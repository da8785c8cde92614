/** How many letters must change to make one word of another. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1)
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
};

/** What somebody may have meant who wrote `word`; undefined when nothing is like it. */
export const nearest = (word: string, known: readonly string[]): string | undefined => {
  if (word.length > 60) return undefined;
  const asked = word.toLowerCase();
  const ranked = known
    .map((name) => ({ name, away: distance(asked, name.toLowerCase()) }))
    .sort((a, b) => a.away - b.away);
  const best = ranked[0];
  if (best && best.away <= Math.max(1, Math.floor(word.length / 3))) return best.name;
  return known.find((name) => asked.length >= 3 && name.toLowerCase().startsWith(asked));
};
