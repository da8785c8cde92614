import { askFor } from '../../src/app/sighted';
import type { ContainerSnapshot, EngineEvent, Observation } from '../../src/domain';
import type { Watched } from '../../src/link';
import { told } from '../link/linking';

const ask = (...observations: Observation[]) => {
  let watermarks = 0;
  const watched: Watched[] = [];
  askFor(observations, { askWatermark: () => (watermarks += 1), watch: (process) => watched.push(process) });
  return { watermarks, watched };
};

const event = (action: string): Observation => ({
  k: 'event',
  at: 1n,
  event: { time: 1n, type: 'container', action, id: 'x', labels: {} } satisfies EngineEvent,
});
const inspected = (status: ContainerSnapshot['status'], pid: number | undefined): Observation => ({
  k: 'inspect',
  at: 1n,
  inspection: {
    type: 'container',
    found: {
      id: 'x',
      name: 'web',
      image: 'i',
      labels: {},
      status,
      mounts: [],
      networks: [],
      ports: [],
      details: { ...(pid !== undefined && { pid }) } as NonNullable<ContainerSnapshot['details']>,
    },
  },
});

test.each(['kill', 'die', 'destroy', 'create', 'exec_start', 'tag', 'disconnect'])(
  '%s: somebody may have caused it',
  (action) => expect(ask(event(action)).watermarks).toBe(1),
);

test('one question for a batch, however much is in it', () =>
  expect(ask(event('kill'), event('die'), event('destroy')).watermarks).toBe(1));

test('nobody asks who a health check was', () => {
  const tick: Observation = { k: 'tick', at: 1n };
  expect(ask(event('exec_die'), event('health_status: healthy'), tick).watermarks).toBe(0);
});

test.each<[string, Observation, Watched[]]>([
  ['the main process of a running container', inspected('running', 42), [{ pid: 42, start: null }]],
  ['a paused one', inspected('paused', 42), [{ pid: 42, start: null }]],
  ['a stopped one has none', inspected('exited', 42), []],
  ['an unseen one', inspected('running', 0), []],
  ['one that was not told', inspected('running', undefined), []],
])('%s', (_, observation, expected) => expect(ask(observation).watched).toEqual(expected));

test('the root of the job that ran a command', () => {
  const { exec } = told(1n) as Extract<ReturnType<typeof told>, { k: 'exec.begin' }>;
  expect(ask({ k: 'exec.begin', at: 1n, exec }).watched).toEqual([{ pid: 9, start: 19 }]);
  const nobody = { ...exec, caller: { ...exec.caller, root: null } };
  expect(ask({ k: 'exec.begin', at: 1n, exec: nobody }).watched).toEqual([]);
});
