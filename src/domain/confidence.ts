/**
 * certain: the caller or the engine's own error was seen. likely: the facts point one way and nothing points another.
 * possible: one of several; nobody is accused.
 */
export type Confidence = 'certain' | 'likely' | 'possible';

const rank: Record<Confidence, number> = { certain: 2, likely: 1, possible: 0 };

/** A statement is as sure as its weakest part. */
export const weakest = (first: Confidence, ...others: Confidence[]): Confidence =>
  others.reduce((low, next) => (rank[next] < rank[low] ? next : low), first);

export const atLeast = (confidence: Confidence, least: Confidence): boolean =>
  rank[confidence] >= rank[least];
