import { Type } from '@sinclair/typebox';
import { problems, type Problem, type ProblemCode } from '../errors';
import { describes, named, oneOf } from './describe';

export const problem = describes<Problem>()(
  Type.Object(
    {
      type: Type.String(),
      title: Type.String(),
      status: Type.Integer(),
      code: oneOf(Object.keys(problems) as ProblemCode[], 'stable'),
      detail: Type.Optional(Type.String()),
      field: Type.Optional(Type.String({ description: 'the query key, header or body field that is wrong' })),
    },
    { $id: 'Problem', additionalProperties: false, description: 'RFC 9457' },
  ),
);

/** The errors that a route can answer besides those every route can (`4XX` and `5XX` stand for all of them). */
export const withProblems = <Answers extends Record<number, unknown>>(answers: Answers) => ({
  ...answers,
  '4XX': {
    description: 'A problem; its `code` says which.',
    content: { 'application/problem+json': { schema: named(problem) } },
  },
  '5XX': {
    description: 'A problem of the daemon; its log says more.',
    content: { 'application/problem+json': { schema: named(problem) } },
  },
});
