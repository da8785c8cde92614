import { Type } from '@sinclair/typebox';
import type { CallView } from '../../domain';
import { describes, object, oneOf, orNull, time, timeOrNull } from './describe';

export const call = describes<CallView>()(
  Type.Object(
    {
      id: Type.Integer(),
      at: time(),
      endedAt: timeOrNull('null until its answer is over, and when that was not seen'),
      method: Type.String(),
      path: Type.String({ description: 'as sent, without version and query' }),
      query: Type.String({ description: 'parameters that are kept' }),
      status: orNull('integer', 'of the engine’s answer; null when none came'),
      message: orNull('string', 'the engine’s words for why not'),
      created: Type.Array(Type.String(), { description: 'what the answer says was made' }),
      refs: Type.Array(
        object({
          type: oneOf(['container', 'volume', 'network', 'image', 'exec'] as const),
          ref: Type.String({ description: 'name, id or beginning of an id as sent' }),
        }),
      ),
      verb: orNull('string', 'the docker command that asks for the same'),
      changed: Type.Array(oneOf(['labelCreated', 'rewriteSocketMounts'] as const), {
        description: 'options of the audit socket that changed the request',
      }),
      userAgent: orNull('string'),
      bytesIn: Type.Integer({ description: 'of the request' }),
      bytesOut: Type.Integer({ description: 'of the answer' }),
      aborted: Type.Unsafe<CallView['aborted']>({
        type: ['string', 'null'],
        enum: ['client', 'engine', null],
        description: 'who broke it off before it was over',
      }),
      process: object({
        pid: Type.Integer(),
        uid: Type.Integer(),
        exe: Type.String({ description: 'empty when the process was gone too soon' }),
      }),
      callerKnown: Type.Boolean({ description: 'false: that process was gone before it could be read' }),
      container: Type.Unsafe<CallView['container']>({
        type: ['object', 'null'],
        additionalProperties: false,
        required: ['id', 'name'],
        properties: { id: { type: 'string' }, name: { type: ['string', 'null'] } },
        description: 'in which the process ran; null for one of the host',
      }),
      job: orNull('string', 'whose process called'),
    },
    { $id: 'Call', additionalProperties: false },
  ),
);
