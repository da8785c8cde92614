import type { Caller } from '../../domain';
import type { CallerAnswer, CallerQuestion } from '../../link';
import type { Answer } from './relay';
import type { Peer } from './peer';

const prefix = '/_crosstalk/';
const asked = new Set<string>(['report', 'whoami', 'findings']);

const error = (status: number, message: string): CallerAnswer => ({
  status,
  contentType: 'application/json',
  body: `${JSON.stringify({ message: `crosstalk: ${message}` })}\n`,
});

/** Addresses that no engine has, for the calling job alone: the kernel vouches for who asks. */
export const createOwnAddresses =
  (ask: (question: CallerQuestion) => Promise<CallerAnswer>) =>
  (
    path: string,
    query: URLSearchParams,
    accept: string,
    { caller }: Pick<Peer, 'caller'>,
  ): Answer | undefined => {
    if (!path.startsWith(prefix)) return undefined;
    const what = path.slice(prefix.length);
    const answer = async (from: Caller | null): Promise<CallerAnswer> => {
      if (!asked.has(what)) return error(404, `there is no ${path}`);
      if (from === null) return error(404, 'who asks cannot be told: its process is gone, or not to be read');
      try {
        const format = query.get('format');
        return await ask({ what: what as CallerQuestion['what'], caller: from, accept, format });
      } catch {
        return error(503, 'there is no daemon that could answer');
      }
    };
    return { answer: answer(caller) };
  };
