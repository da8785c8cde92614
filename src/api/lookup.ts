import type { FastifyReply } from 'fastify';
import type { Lookup } from '../domain';
import { ApiError, type ProblemCode } from './errors';

interface Asked {
  readonly missing: ProblemCode;
  /** In the words of the answer: `finding 12`. */
  readonly what: string;
}

/** What was found, or where it moved to. @throws ApiError 404 when it never was, 410 when retention removed it. */
export const take = <T>(lookup: Lookup<T>, { missing, what }: Asked): { found: T } | { movedTo: string } => {
  if (lookup === undefined) throw new ApiError(missing, `${what} is not known`);
  if ('gone' in lookup) throw new ApiError('gone', `${what} was known; retention has removed it`);
  return lookup;
};

/** For what never moves. */
export const takeFound = <T>(lookup: Lookup<T>, asked: Asked): T => {
  const taken = take(lookup, asked);
  if ('found' in taken) return taken.found;
  throw new ApiError(asked.missing, `${asked.what} is not known`);
};

/** 308 to the same question about the new address. `search` is kept. */
export const moved = (reply: FastifyReply, path: string): FastifyReply => {
  const mark = reply.request.url.indexOf('?');
  return reply.redirect(mark < 0 ? path : path + reply.request.url.slice(mark), 308);
};
