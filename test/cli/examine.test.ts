import { type ExaminedEngine, examineEngine } from '../../src/cli/doctor/examine';
import type { ContainerSnapshot } from '../../src/domain';

const container = (name: string, status: ContainerSnapshot['status']): ContainerSnapshot => ({
  id: name,
  name,
  image: 'busybox',
  labels: {},
  status,
  mounts: [],
  networks: [],
  ports: [],
});

const engine = (changes: Partial<ExaminedEngine> = {}): ExaminedEngine => ({
  host: 'unix:///x',
  info: async () => ({ name: 'h', version: '28.5.2', apiVersion: '1.51', kind: 'docker' }),
  cgroups: async () => ({ version: 2, driver: 'systemd' }),
  listAll: async () => ({
    containers: [
      container('runner-a', 'running'),
      container('b', 'running'),
      container('runner-c', 'exited'),
    ],
  }),
  openEvents: async ({ onChunk, onEnd }) => {
    setImmediate(() => {
      // Out of order by some milliseconds, as engines send them, and cut anywhere.
      onChunk(Buffer.from('{"Type":"container","timeNano":1795465788667624583}\n{"Type":"con'));
      onChunk(Buffer.from('tainer","timeNano":1795465788667624582}\n'));
      onEnd();
    });
    return { close: () => undefined };
  },
  ...changes,
});

const runnerOf = ({ name }: ContainerSnapshot): string | null =>
  name.startsWith('runner') ? 'gitlab-runner' : null;

test('what the doctor tells of an engine', async () => {
  expect(await examineEngine(engine(), runnerOf, 9n)).toEqual({
    name: 'h',
    version: '28.5.2',
    apiVersion: '1.51',
    cgroupVersion: 2,
    cgroupDriver: 'systemd',
    ring: { events: 2, oldestAt: 1795465788667624582n },
    runners: { 'gitlab-runner': 1, '': 1 },
  });
});

test('a young engine remembers nothing', async () => {
  const quiet = engine({
    openEvents: async ({ onEnd }) => {
      setImmediate(onEnd);
      return { close: () => undefined };
    },
  });
  expect((await examineEngine(quiet, runnerOf, 9n)).ring).toEqual({ events: 0, oldestAt: undefined });
});

test.each(['info', 'listAll', 'cgroups', 'openEvents'] as const)('a failing %s is told', async (method) => {
  const failing = engine({ [method]: () => Promise.reject(new Error('boom')) });
  await expect(examineEngine(failing, runnerOf, 9n)).rejects.toThrow('boom');
});
