import { ApiError } from '../errors';
import { answerHeaders } from '../headers';
import type { Api } from '../parts';
import { withProblems } from '../schemas/problem';
import type { Stream } from '../stream';

const resumeAfter = (header: string | string[] | undefined): number | undefined => {
  if (header === undefined || header === '') return undefined;
  const id = Number(header);
  if (Number.isSafeInteger(id) && id >= 0) return id;
  throw new ApiError('bad-request', 'expected the id of a message of this stream', 'Last-Event-ID');
};

export const addStream = (app: Api, stream: Stream): void => {
  app.get(
    '/stream',
    {
      exposeHeadRoute: false,
      schema: {
        tags: ['overview'],
        summary: 'Server-sent events: what changes, as it is committed',
        description:
          'Messages are `finding` (Finding), `job` (Job) and `coverage` (Gap). Ids are commit numbers, on the last message of ' +
          'each commit; with `Last-Event-ID` the stream resumes there. A client that does not read is dropped.',
        response: withProblems({
          200: {
            description: 'The stream',
            content: { 'text/event-stream': { schema: { type: 'string' } } },
          },
        }),
      },
    },
    (request, reply) => {
      const after = resumeAfter(request.headers['last-event-id']);
      if (stream.isFull()) throw new ApiError('too-many-streams');
      reply.hijack();
      reply.raw.writeHead(200, {
        ...answerHeaders,
        'content-type': 'text/event-stream; charset=utf-8',
        'x-accel-buffering': 'no',
      });
      stream.add(reply.raw, after);
    },
  );
};
