import type { CallerAnswer, CallerQuestion, CreateAuditSocket } from '../../link';
import type { Caller } from '../../domain';
import { createObserver } from './call/observe';
import { isInherited, listenAt } from './listen';
import { createOwnAddresses } from './own-addresses';
import { createPeers } from './peer';
import { clock } from '../clock';
import { loadLibc } from '../netlink/libc';
import { createRelay } from './relay';
import { createSocketTest } from './socket-paths';

/** A create waits no longer than this for the key of its job; then it goes without the label. */
const longestWaitMs = 200;

const keyOf = async (
  ask: (question: CallerQuestion) => Promise<CallerAnswer>,
  caller: Caller,
): Promise<string | null> => {
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, longestWaitMs, undefined).unref());
  const question: CallerQuestion = { what: 'job', caller, accept: '*/*', format: null };
  const answer = await Promise.race([ask(question).catch(() => undefined), late]);
  return answer?.status === 200 ? ((JSON.parse(answer.body) as { job: string | null }).job ?? null) : null;
};

/** Listens where the configuration says, and passes on what comes. Rejects where it cannot. */
export const createAuditSocket: CreateAuditSocket = async ({
  place,
  engineSocket,
  keptVariables,
  bootId,
  labelCreated,
  rewriteSocketMounts,
  emit,
  ask,
  env,
  log,
}) => {
  const peers = await createPeers({ keptVariables, log });
  const { wall } = clock(loadLibc());
  const inherited = isInherited(env, process.pid);
  const relay = createRelay({
    engine: engineSocket,
    log,
    observer: createObserver({
      peers,
      bootId,
      now: wall,
      emit,
      own: createOwnAddresses(ask),
      options: {
        jobOf: labelCreated ? (caller) => keyOf(ask, caller) : null,
        auditSocket: rewriteSocketMounts ? place.socket : null,
        isEngineSocket: createSocketTest(engineSocket),
      },
    }),
  });
  await listenAt(relay.server, place, inherited);
  relay.server.on('error', (error) => log.error({ err: error }, 'the audit socket has a problem'));
  return {
    // A call is told of in the turn in which it comes: there is nothing to wait for.
    drained: wall,
    state: () => ({ ...relay.stats(), problem: peers.state().problem }),
    async stop(graceMs) {
      await relay.stop(graceMs);
      peers.close();
    },
  };
};
