import type { Memory } from '../../src/domain';

export const emptyMemory = (): Memory => ({
  clock: 0n,
  lastEventTime: 0n,
  recentEvents: [],
  lastIds: { event: 0, resource: 0, job: 0, nameUse: 0, mountUse: 0, act: 0, death: 0, finding: 0, gap: 0 },
  engine: null,
  jobs: [],
  containers: [],
  volumes: [],
  networks: [],
  images: [],
  nameUses: [],
  mountUses: [],
  acts: [],
  deaths: [],
  findings: [],
  suppressions: [],
  gaps: [],
});
