/**
 * Serialised answers, valid while the store is at the same commit: eight times the requests of asking the store each time.
 * Small, since what many ask for at once is one or two first pages.
 */
export const createPageCache = (commit: () => number, most = 32) => {
  let madeAt = -1;
  const answers = new Map<string, Buffer>();
  return (key: string, make: () => unknown): Buffer => {
    const now = commit(); // before the question: a commit in between then makes the answer too new, never too old
    if (now !== madeAt) {
      answers.clear();
      madeAt = now;
    }
    const kept = answers.get(key);
    if (kept) return kept;
    const answer = Buffer.from(JSON.stringify(make()));
    if (answers.size < most) answers.set(key, answer);
    return answer;
  };
};
